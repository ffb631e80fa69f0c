import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { accessDenied, sendAwsError } from "./aws-error-response.ts";
import { AwsError, type AwsCall, type AwsService, type Caller } from "./aws-service.ts";
import type { CallLog } from "./call-log.ts";
import type { AccessKeys } from "./iam/access-keys.ts";
import { decide } from "./iam/decide.ts";
import { listenOnLoopback } from "./listen.ts";
import type { LogSink } from "./log-event.ts";
import { readBody } from "./read-body.ts";
import { readSigV4Scope } from "./sigv4-scope.ts";

/** One HTTP port that stands for every AWS endpoint; `AWS_ENDPOINT_URL` points here. */
export type FrontDoor = {
  readonly url: string;
  /** Routes a signing name (`dynamodb`, `s3`) to its service. */
  serve(signingName: string, service: AwsService): void;
  /** Every call that IAM refused since the start, in AWS's words. */
  denials(): readonly string[];
  stop(): Promise<void>;
};

type Options = { readonly accessKeys: AccessKeys; readonly callLog: CallLog; readonly log: LogSink };

const asAwsError = (error: unknown, log: LogSink, what: string): AwsError => {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log({ kind: "notice", message: `the local ${what} failed: ${message}` });
  return new AwsError("InternalFailure", error instanceof Error ? error.message : String(error), 500);
};

/** Starts the front door on a free port. Signatures are not verified: the access key id alone says who calls. */
export const startFrontDoor = async ({ accessKeys, callLog, log }: Options): Promise<FrontDoor> => {
  const services = new Map<string, AwsService>();
  const denials: string[] = [];

  const authenticate = (accessKeyId: string): Caller => {
    const caller = accessKeys.callerOf(accessKeyId);
    if (caller !== undefined) return caller;
    throw new AwsError(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      403,
    );
  };

  const authorize = async (service: AwsService, call: AwsCall): Promise<void> => {
    for (const check of await service.checks(call)) {
      const decision = decide(call.caller, check);
      if (!decision.allowed) {
        denials.push(decision.message);
        log({ kind: "denial", message: decision.message });
        const { code, status } = accessDenied[service.protocol];
        throw new AwsError(code, decision.message, status);
      }
      const { action, resource } = check;
      callLog.record({
        service: call.service,
        region: call.region,
        roleArn: call.caller.roleArn,
        action,
        resource,
      });
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://aws.local");
    const scope = readSigV4Scope(request, url);
    const service = scope === undefined ? undefined : services.get(scope.service);
    try {
      if (scope === undefined)
        throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403);
      if (service === undefined)
        throw new AwsError("UnknownOperationException", `${scope.service} has no local emulation`, 501);
      const caller = authenticate(scope.accessKeyId);
      const body = service.readsBodyItself === true ? Buffer.alloc(0) : await readBody(request);
      const { region, service: signingName } = scope;
      const call = {
        service: signingName,
        region,
        account: caller.account,
        caller,
        url,
        request,
        response,
        body,
      };
      await authorize(service, call);
      await service.handle(call);
    } catch (error) {
      // The caller is gone: there is nobody to tell.
      if (response.destroyed) return;
      const awsError = asAwsError(error, log, scope?.service ?? "front door");
      sendAwsError(response, service?.protocol ?? "rest-json", awsError, request.method === "HEAD");
    }
  };

  // A frozen function finds its idle connections as it left them, so the server never closes one on its own.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    void answer(request, response);
  });
  const listener = await listenOnLoopback(server);
  return {
    url: listener.url,
    serve: (signingName, service) => void services.set(signingName, service),
    denials: () => denials,
    stop: () => listener.close(),
  };
};
