import type { IncomingMessage } from "node:http";
import { parseJsonObject } from "../../../core/json.ts";
import type { ModelFailure } from "../../../core/inference/ports.ts";
import { failureOfStatus } from "../failure-of-status.ts";
import { type ModelServer, startDeadline } from "../model-server.ts";
import type { AwsEndpoint } from "../signed/aws-endpoint.ts";
import { EventStreamDecoder } from "../signed/event-stream.ts";
import { readAll } from "../signed/read-all.ts";
import { failureOfName } from "./failure-of-name.ts";

/**
 * SageMaker endpoints over hand-signed requests: the hot call, for which the SDK's client costs several times as much CPU.
 * One suite holds it and the SDK's adapter to the same behaviour.
 */
export const signedSageMakerModelServer = (sageMaker: AwsEndpoint): ModelServer<"sagemaker"> => ({
  async invoke({ endpointName }, { body, contentType, accept }, deadline) {
    const limit = startDeadline(deadline);
    try {
      const answer = await sageMaker.post({
        path: `/endpoints/${endpointName}/invocations`,
        headers: { "content-type": contentType, accept },
        body,
        signal: limit.signal,
      });
      const bytes = await readAll(answer);
      if (answer.statusCode !== 200) return { ok: false, failure: failureOfAnswer(answer, bytes) };
      const { "content-type": answered } = answer.headers;
      return { ok: true, body: bytes, ...(answered !== undefined && { contentType: answered }) };
    } catch {
      return { ok: false, failure: { reason: limit.hasPassed() ? "timeout" : "broken" } };
    } finally {
      limit.stop();
    }
  },
  async invokeStreaming({ endpointName }, { body, contentType }, deadline) {
    const limit = startDeadline(deadline);
    try {
      const answer = await sageMaker.post({
        path: `/endpoints/${endpointName}/invocations-response-stream`,
        headers: { "content-type": contentType, "x-amzn-sagemaker-accept": "text/event-stream" },
        body,
        signal: limit.signal,
      });
      if (answer.statusCode === 200)
        return { ok: true, stream: { chunks: chunksOf(answer, limit), cancel: () => limit.cancel() } };
      const failure = failureOfAnswer(answer, await readAll(answer));
      limit.stop();
      return { ok: false, failure };
    } catch {
      limit.stop();
      return { ok: false, failure: { reason: limit.hasPassed() ? "timeout" : "broken" } };
    }
  },
});

async function* chunksOf(
  answer: IncomingMessage,
  limit: ReturnType<typeof startDeadline>,
): AsyncGenerator<Uint8Array | ModelFailure> {
  const decoder = new EventStreamDecoder();
  try {
    for await (const chunk of answer) {
      const parts: Uint8Array[] = [];
      let isBroken = false;
      for (const { headers, payload } of decoder.push(chunk)) {
        // ModelStreamError and InternalStreamFailure come as exceptions; a part is the only event there is.
        isBroken ||= headers[":message-type"] !== "event";
        if (headers[":event-type"] === "PayloadPart" && !isBroken) parts.push(payload);
      }
      const [only] = parts;
      if (only) yield parts.length === 1 ? only : Buffer.concat(parts);
      if (isBroken) return yield { reason: "broken" };
    }
    if (decoder.isMidMessage) yield { reason: "broken" };
  } catch {
    yield { reason: limit.hasPassed() ? "timeout" : "broken" };
  } finally {
    limit.stop();
  }
}

/** AWS names the error in a header or in the body: `Name`, `Name:http://…` or `prefix#Name`. */
const failureOfAnswer = ({ headers }: IncomingMessage, bytes: Buffer): ModelFailure => {
  const body = parseJsonObject(bytes.toString("utf8")) ?? {};
  const named = textOf(headers["x-amzn-errortype"]) || textOf(body["__type"]);
  const name = /([^#:]+)(?::.*)?$/.exec(named)?.[1] ?? "";
  if (name !== "ModelError") return failureOfName(name, textOf(body["message"]) || textOf(body["Message"]));
  const { OriginalStatusCode: status, OriginalMessage: message } = body;
  return failureOfStatus(typeof status === "number" ? status : 500, textOf(message));
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
