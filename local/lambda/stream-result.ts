import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { parseObject } from "../json-value.ts";
import type { InvocationResult } from "./function-runner.ts";

type StreamResult = Extract<InvocationResult, { kind: "stream" }>;

const trailingErrorOf = (request: IncomingMessage): ReturnType<StreamResult["trailingError"]> => {
  const errorType = request.trailers["lambda-runtime-function-error-type"];
  if (errorType === undefined) return undefined;
  const encoded = request.trailers["lambda-runtime-function-error-body"] ?? "";
  const json = Buffer.from(encoded, "base64").toString("utf8");
  const message = json === "" ? "" : parseObject(json, "the function's error trailer")["errorMessage"];
  return { errorType, errorMessage: typeof message === "string" ? message : "" };
};

/**
 * The body of a request, such that destroying it always cuts the connection. Of a server's request itself that is not so:
 * Node's `pipeline` and `for await` detach it from its socket first, and the function would never hear that it is alone.
 */
const bodyOf = (request: IncomingMessage): Readable => {
  const { socket } = request;
  const body = new Readable({
    read: () => void request.resume(),
    destroy: (error, callback) => {
      if (request.complete) request.resume();
      else socket.destroy();
      callback(error);
    },
  });
  request.on("data", (chunk) => {
    if (!body.push(chunk)) request.pause();
  });
  request.once("end", () => body.push(null));
  // Cut from the other side: the process has died. Has no effect on a body that its reader destroyed.
  request.once("error", (error) => body.destroy(error));
  // Whoever reads sees the error; that nobody reads any more must not end the machine.
  body.on("error", () => undefined);
  return body;
};

/** A streamed answer, read off the request by which the runtime client sends it. */
export const streamResult = (request: IncomingMessage): StreamResult => ({
  kind: "stream",
  contentType: request.headers["content-type"] ?? "application/octet-stream",
  body: bodyOf(request),
  trailingError: () => trailingErrorOf(request),
});
