import type { ServerResponse } from "node:http";
import type { JobEvent } from "../engine/protocol.ts";
import { fail, refuse, type Outcome } from "../http/answer.ts";
import { sendJson } from "../http/send-json.ts";
import { chatCompletion, newCompletionHead, type CompletedChoice } from "./chat-completion.ts";
import { chatUsage } from "./chat-usage.ts";

/** Gathers the engine's events into one JSON answer. */
export const sendCompletion = async (
  events: AsyncIterable<JobEvent<"chat">>,
  modelName: string,
  response: ServerResponse,
): Promise<Outcome> => {
  const choices: CompletedChoice[] = [];
  let promptTokens = 0;
  let completionTokens = 0;
  let text = "";
  let ended = false;
  for await (const event of events) {
    switch (event.type) {
      case "prompt":
        ({ promptTokens } = event);
        break;
      case "text":
        text += event.text;
        break;
      case "choice-end":
        ({ completionTokens } = event);
        ended = event.reason !== "aborted";
        if (event.reason !== "aborted") choices.push({ text, reason: event.reason });
        text = "";
        break;
      case "refused":
        return refuse(response, event.problem);
      case "failed":
        return fail(response);
    }
  }
  if (!ended) return { outcome: "aborted", promptTokens, completionTokens };
  const usage = chatUsage(promptTokens, completionTokens);
  sendJson(response, 200, chatCompletion(newCompletionHead(modelName), choices, usage));
  return { outcome: "completed", promptTokens, completionTokens };
};
