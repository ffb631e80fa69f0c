import type { ModelFailure, ModelPayload } from "../../../core/inference/ports.ts";
import { failureOfStatus } from "../failure-of-status.ts";
import { type ModelServer, startDeadline } from "../model-server.ts";

/** Any server that speaks OpenAI's API over HTTP (Ollama, vLLM). The customer's key is not passed on. */
export const openAiModelServer = (): ModelServer<"openai-server"> => ({
  async invoke({ url }, payload, deadline) {
    if (payload.operation === undefined) return noSuchOperation;
    const limit = startDeadline(deadline);
    try {
      const response = await post(url, payload, payload.accept, limit.signal);
      if (!response.ok)
        return { ok: false, failure: failureOfStatus(response.status, await response.text()) };
      const contentType = response.headers.get("content-type");
      return { ok: true, body: await response.bytes(), ...(contentType !== null && { contentType }) };
    } catch (error) {
      return { ok: false, failure: limit.hasPassed() ? { reason: "timeout" } : failureOf(error) };
    } finally {
      limit.stop();
    }
  },
  async invokeStreaming({ url }, payload, deadline) {
    if (payload.operation === undefined) return noSuchOperation;
    const limit = startDeadline(deadline);
    try {
      const response = await post(url, payload, "text/event-stream", limit.signal);
      if (!response.ok || !response.body) {
        const failure = failureOfStatus(response.status, await response.text());
        limit.stop();
        return { ok: false, failure };
      }
      return { ok: true, stream: { chunks: chunksOf(response.body, limit), cancel: () => limit.cancel() } };
    } catch (error) {
      limit.stop();
      return { ok: false, failure: limit.hasPassed() ? { reason: "timeout" } : failureOf(error) };
    }
  },
});

/** The configuration refuses models that would come here. */
const noSuchOperation = { ok: false, failure: { reason: "unavailable" } } as const;

const post = (
  url: string,
  { operation, contentType, body }: ModelPayload,
  accept: string,
  signal: AbortSignal,
): Promise<Response> =>
  fetch(`${url}/${operation}`, {
    method: "POST",
    body: Buffer.from(body),
    headers: { "content-type": contentType, accept },
    // A redirect could point anywhere, with the customer's content in its body.
    redirect: "error",
    signal,
  });

async function* chunksOf(
  body: AsyncIterable<Uint8Array>,
  limit: ReturnType<typeof startDeadline>,
): AsyncGenerator<Uint8Array | ModelFailure> {
  try {
    yield* body;
  } catch (error) {
    yield limit.hasPassed() ? { reason: "timeout" } : failureOf(error);
  } finally {
    limit.stop();
  }
}

/** Error codes of the network that say: no connection was made, so the model has seen nothing. */
const connectFailures = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** `fetch` rejects with a TypeError when no connection could be made, or when it broke; its cause says which. */
const failureOf = (error: unknown): ModelFailure => {
  const cause = error instanceof TypeError ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return { reason: typeof code === "string" && connectFailures.has(code) ? "unavailable" : "broken" };
};
