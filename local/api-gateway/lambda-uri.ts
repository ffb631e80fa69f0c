export type TransferMode = "BUFFERED" | "STREAM";

const uri =
  /^arn:[^:]+:apigateway:[^:]+:lambda:path\/(2015-03-31|2021-11-15)\/functions\/(arn:[^/]+)\/(invocations|response-streaming-invocations)$/;

/** Parses an integration's or authorizer's URI: the function, and which of Lambda's two ways to invoke it. */
export function parseLambdaUri(
  text: string,
  where: string,
): { readonly functionArn: string; readonly transferMode: TransferMode } {
  const [, version, functionArn, action] = uri.exec(text) ?? [];
  const buffered = version === "2015-03-31" && action === "invocations";
  const streaming = version === "2021-11-15" && action === "response-streaming-invocations";
  if (functionArn === undefined || (!buffered && !streaming)) {
    throw new Error(`${where}: ${text} is not a Lambda invocation URI`);
  }
  return { functionArn, transferMode: streaming ? "STREAM" : "BUFFERED" };
}
