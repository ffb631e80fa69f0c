import type { Quantities } from "../../billing/quantities.ts";
import type { ModelLimits } from "../../catalogue/model.ts";
import type { ChatRequest } from "./chat-request.ts";
import { jsonBytes, outputTokensFor } from "./text-output.ts";

/** Role names and separators that a chat template puts around each message. */
const templateTokensPerMessage = 16;
/** What templates put around the conversation: a system preamble, a date, the opening of the answer. */
const templateTokensPerRequest = 256;
/** Templates may print tools with indentation, which adds to their bytes. */
const toolExpansion = 4;

/**
 * The most a chat request can consume. A token covers at least one byte, so the bytes of what goes into the template
 * bound its tokens; the model's context bounds them as well, and where that is smaller it keeps the hold tight.
 */
export const chatWorstCase = (request: ChatRequest, limits: ModelLimits): Quantities => {
  const { messages, tools, functions, response_format: format } = request.fields;
  const contentTokensMax =
    jsonBytes(messages) +
    toolExpansion * (jsonBytes(tools) + jsonBytes(functions) + jsonBytes(format)) +
    templateTokensPerMessage * request.messageCount +
    templateTokensPerRequest;
  return {
    inputTokens: request.isTextOnly
      ? Math.min(contentTokensMax, limits.contextTokensMax)
      : limits.contextTokensMax,
    outputTokens: outputTokensFor(request, limits) * request.choices,
    requests: 1,
  };
};
