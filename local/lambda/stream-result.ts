import type { IncomingMessage } from "node:http";
import { parseObject } from "../json-value.ts";
import type { InvocationResult } from "./function-runner.ts";

type StreamResult = Extract<InvocationResult, { kind: "stream" }>;

const trailingErrorOf = (body: IncomingMessage): ReturnType<StreamResult["trailingError"]> => {
  const errorType = body.trailers["lambda-runtime-function-error-type"];
  if (errorType === undefined) return undefined;
  const encoded = body.trailers["lambda-runtime-function-error-body"] ?? "";
  const json = Buffer.from(encoded, "base64").toString("utf8");
  const message = json === "" ? "" : parseObject(json, "the function's error trailer")["errorMessage"];
  return { errorType, errorMessage: typeof message === "string" ? message : "" };
};

/**
 * A streamed answer, read straight off the runtime client's request: destroying it cuts that request, so that the
 * function's response stream fails; it fails in turn when the process dies.
 */
export const streamResult = (body: IncomingMessage): StreamResult => ({
  kind: "stream",
  contentType: body.headers["content-type"] ?? "application/octet-stream",
  body,
  trailingError: () => trailingErrorOf(body),
});
