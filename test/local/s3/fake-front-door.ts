import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { AwsError, type AwsService, type Caller } from "../../../local/aws-service.ts";
import { sendAwsError } from "../../../local/aws-error-response.ts";

const account = "123456789012";

const caller: Caller = {
  account,
  roleArn: `arn:aws:iam::${account}:role/tester`,
  sessionArn: `arn:aws:sts::${account}:assumed-role/tester/session`,
  policies: [],
};

/** A front door for one service and one caller, whose policy is a set of actions it may not do. */
export async function fakeFrontDoor(service: AwsService) {
  const denied = new Set<string>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "http://aws.local");
      const scope = request.headers.authorization ?? url.searchParams.get("X-Amz-Credential") ?? "";
      const [, region = "", name = ""] = /\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(scope) ?? [];
      try {
        const body = service.readsBodyItself === true ? Buffer.alloc(0) : await buffer(request);
        const call = { service: name, region, account, caller, url, request, response, body };
        for (const { action, resource } of await service.checks(call)) {
          asked.push(`${action} ${resource}`);
          if (denied.has(action))
            throw new AwsError("AccessDenied", `not authorized to perform: ${action}`, 403);
        }
        await service.handle(call);
      } catch (error) {
        const awsError =
          error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
        sendAwsError(response, service.protocol, awsError, request.method === "HEAD");
      }
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    denied,
    /** What was asked of IAM, as `action resource`. */
    asked,
    async stop() {
      await service.stop?.();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

export const clientConfig = (endpoint: string, region = "eu-west-1") => ({
  endpoint,
  region,
  credentials: { accessKeyId: "AKIATESTER", secretAccessKey: "local" },
  maxAttempts: 1,
});
