import { AwsError, type AwsCall, type AwsService } from "../aws-service.ts";
import { readBody } from "../read-body.ts";
import type { FunctionRunner, Functions, InvocationResult } from "./function-runner.ts";

const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

const payloadOf = async (result: InvocationResult): Promise<string> =>
  result.kind === "stream" ? (await readBody(result.body)).toString("utf8") : result.payload;

/** Lambda's own API, as far as functions call one another: `Invoke`, waiting for the answer or not. */
export const createLambdaService = (functions: Functions): AwsService => {
  const invoked = (call: AwsCall): FunctionRunner => {
    const [, name] = invokePath.exec(call.url.pathname) ?? [];
    if (name === undefined || call.request.method !== "POST")
      throw new AwsError(
        "UnknownOperationException",
        `lambda: ${call.url.pathname} is not modelled locally`,
        404,
      );
    return functions.find(decodeURIComponent(name), call.region);
  };
  return {
    protocol: "rest-json",
    checks: (call) => [{ action: "lambda:InvokeFunction", resource: invoked(call).arn }],
    handle: async (call) => {
      const type = call.request.headers["x-amz-invocation-type"] ?? "RequestResponse";
      if (type !== "RequestResponse")
        throw new AwsError(
          "UnknownOperationException",
          `lambda: invocation type ${String(type)} is not modelled`,
          501,
        );
      const result = await invoked(call).invoke(call.body.length === 0 ? "{}" : call.body.toString("utf8"));
      const payload = await payloadOf(result);
      call.response.writeHead(200, {
        "content-type": "application/json",
        "x-amz-executed-version": "$LATEST",
        ...(result.kind === "failed" ? { "x-amz-function-error": "Unhandled" } : {}),
      });
      call.response.end(payload);
    },
  };
};
