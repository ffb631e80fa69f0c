import { once } from "node:events";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import type { AwsCall, AwsError } from "../aws-service.ts";
import { askContainer } from "./ask-container.ts";
import type { Endpoint, Variant } from "./endpoint.ts";
import { modelStreamError, payloadPart } from "./event-stream.ts";
import type { Invocation } from "./invocation.ts";
import { modelError, timeoutReason, unansweredError } from "./model-error.ts";
import type { SupervisedContainer } from "./supervised-container.ts";
import { timeLimit, type TimeLimit } from "./time-limit.ts";

/** One invocation, and the container that is to serve it. */
export type Route = {
  readonly call: AwsCall;
  readonly invocation: Invocation;
  readonly endpoint: Endpoint;
  readonly variant: Variant;
  readonly container: SupervisedContainer;
};

/** InvokeEndpoint: the model's answer, whole. */
export async function invoke(route: Route, limitMs: number): Promise<void> {
  const { response } = route.call;
  const limit = timeLimit(response, limitMs);
  try {
    const answer = await successOf(route, limit);
    const body = await read(answer, route, limit);
    response.writeHead(200, {
      ...answerHeaders(answer, route),
      "content-type": contentTypeOf(answer),
      "content-length": body.length,
    });
    response.end(body);
  } finally {
    limit.clear();
  }
}

/**
 * InvokeEndpointWithResponseStream: the model's bytes as they come, in frames of at most `partBytes`. A model that
 * fails before its first byte is an error like any other; after it, the failure is the stream's last event.
 */
export async function invokeWithResponseStream(
  route: Route,
  limitMs: number,
  partBytes: number | undefined,
): Promise<void> {
  const { response } = route.call;
  const limit = timeLimit(response, limitMs);
  try {
    const answer = await successOf(route, limit);
    response.writeHead(200, {
      ...answerHeaders(answer, route),
      "content-type": "application/vnd.amazon.eventstream",
      "x-amzn-sagemaker-content-type": contentTypeOf(answer),
    });
    response.flushHeaders();
    try {
      for await (const chunk of answer) {
        if (!Buffer.isBuffer(chunk)) throw new TypeError("a container's answer is read as bytes");
        for (const part of cut(chunk, partBytes)) {
          if (!response.write(payloadPart(part))) await once(response, "drain", { signal: limit.signal });
        }
      }
    } catch (error) {
      // The caller hung up, which ended the container's work as well: there is nobody left to tell.
      if (response.destroyed) return;
      response.write(
        limit.isOver()
          ? modelStreamError(timeoutReason, "ModelInvocationTimeExceeded")
          : modelStreamError(`The model's stream broke: ${messageOf(error)}`, "StreamBroken"),
      );
    }
    response.end();
  } finally {
    limit.clear();
  }
}

/** The head of a container's answer, if it is a success; throws `ModelError` otherwise. */
async function successOf(route: Route, limit: TimeLimit): Promise<IncomingMessage> {
  const { call, invocation, endpoint, container } = route;
  const { state } = container;
  if ("downReason" in state) throw unansweredError(endpoint, `the container is down: ${state.downReason}`);
  let answer: IncomingMessage;
  try {
    answer = await askContainer(state, invocation.headers, call.body, limit.signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ECONNREFUSED") {
      container.lost(state, error.message);
    }
    throw unanswered(endpoint, limit, error);
  }
  const status = answer.statusCode ?? 500;
  if (status >= 200 && status < 300) return answer;
  throw modelError(endpoint, status, (await read(answer, route, limit)).toString("utf8"));
}

async function read(answer: IncomingMessage, route: Route, limit: TimeLimit): Promise<Buffer> {
  try {
    return await buffer(answer);
  } catch (error) {
    throw unanswered(route.endpoint, limit, error);
  }
}

const unanswered = (endpoint: Endpoint, limit: TimeLimit, error: unknown): AwsError =>
  unansweredError(endpoint, limit.isOver() ? timeoutReason : messageOf(error));

function answerHeaders(answer: IncomingMessage, { variant }: Route): OutgoingHttpHeaders {
  const attributes = answer.headers["x-amzn-sagemaker-custom-attributes"];
  return {
    "x-amzn-invoked-production-variant": variant.name,
    ...(attributes === undefined ? {} : { "x-amzn-sagemaker-custom-attributes": attributes }),
  };
}

const contentTypeOf = (answer: IncomingMessage): string =>
  answer.headers["content-type"] ?? "application/octet-stream";

function* cut(bytes: Buffer, partBytes: number = bytes.length): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += partBytes)
    yield bytes.subarray(start, start + partBytes);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
