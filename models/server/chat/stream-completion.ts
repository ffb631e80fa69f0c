import type { ServerResponse } from "node:http";
import type { JobEvent } from "../engine/protocol.ts";
import { fail, refuse, type Outcome } from "../http/answer.ts";
import { openEventStream } from "../http/event-stream.ts";
import { problemBody } from "../http/send-json.ts";
import { internalProblem } from "../problem.ts";
import { chatChunk, newCompletionHead, type ChunkChoice, type ChunkDelta } from "./chat-completion.ts";
import type { ChatRequest } from "./chat-request.ts";
import { chatUsage } from "./chat-usage.ts";

/**
 * Writes the engine's events as OpenAI chunks, each as soon as it is known. Refusals come before the first chunk and
 * are plain JSON; a failure midway is an error event, and the stream ends without `[DONE]`.
 */
export const streamCompletion = async (
  events: AsyncIterable<JobEvent<"chat">>,
  { includeUsage, continuousUsage }: ChatRequest,
  modelName: string,
  response: ServerResponse,
): Promise<Outcome> => {
  const stream = openEventStream(response);
  const head = newCompletionHead(modelName);
  let promptTokens = 0;
  let completionTokens = 0;
  let ended = false;
  let greeted = -1;

  const usage = () => chatUsage(promptTokens, completionTokens);
  // OpenAI writes `usage: null` on every chunk but the last when usage was asked for.
  const usageSoFar = () => (continuousUsage ? usage() : includeUsage ? null : undefined);
  const sendChunk = (choices: readonly ChunkChoice[]) => stream.send(chatChunk(head, choices, usageSoFar()));
  const sendDelta = (
    index: number,
    delta: ChunkDelta,
    finish_reason: ChunkChoice["finish_reason"] = null,
  ) => {
    if (index > greeted)
      sendChunk([{ index, delta: { role: "assistant", content: "" }, finish_reason: null }]);
    greeted = index;
    sendChunk([{ index, delta, finish_reason }]);
  };

  for await (const event of events) {
    switch (event.type) {
      case "prompt":
        ({ promptTokens } = event);
        break;
      case "text":
        ({ completionTokens } = event);
        sendDelta(event.choice, { content: event.text });
        break;
      case "choice-end":
        ({ completionTokens } = event);
        ended = event.reason !== "aborted";
        if (event.reason !== "aborted") sendDelta(event.choice, {}, event.reason);
        break;
      case "refused":
        return refuse(response, event.problem);
      case "failed":
        if (!response.headersSent) return fail(response);
        stream.send(problemBody(internalProblem));
        stream.finish({ complete: false });
        return { outcome: "failed", promptTokens, completionTokens };
    }
  }
  if (!ended) return { outcome: "aborted", promptTokens, completionTokens };
  if (includeUsage) stream.send(chatChunk(head, [], usage()));
  stream.finish({ complete: true });
  return { outcome: "completed", promptTokens, completionTokens };
};
