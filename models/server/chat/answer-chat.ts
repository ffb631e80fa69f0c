import type { Engine } from "../engine/engine.ts";
import { refuse, type Answer } from "../http/answer.ts";
import { parseChatRequest } from "./chat-request.ts";
import { sendCompletion } from "./send-completion.ts";
import { streamCompletion } from "./stream-completion.ts";

/** POST /invocations of a chat model: an OpenAI chat completion, whole or streamed. */
export const answerChat =
  (engine: Engine<"chat">, modelName: string): Answer =>
  async ({ body, response, signal }) => {
    const parsed = parseChatRequest(body);
    if (!parsed.ok) return refuse(response, parsed.problem);
    const request = parsed.value;
    const events = engine.run(request.job, signal);
    return request.stream
      ? streamCompletion(events, request, modelName, response)
      : sendCompletion(events, modelName, response);
  };
