import { answerStreaming } from "../answer-streaming.ts";
import { readCompletion, talliedChat } from "./chat-completion.ts";
import { fetchingImages } from "./chat-images.ts";
import type { ChatRequest } from "./chat-request.ts";
import { chatWorstCase } from "./chat-worst-case.ts";
import type { InferenceRequest } from "./inference-request.ts";
import { jsonPayload } from "./json-payload.ts";
import { outputFields, refuseOutput, showTextAnswer } from "./text-output.ts";
import { textStream } from "./text-stream.ts";

/** OpenAI's chat completions, whole or streamed: metered in tokens. */
export const chat = (request: ChatRequest): InferenceRequest => ({
  ...toChatModel(request, "max_tokens"),
  ...(request.remoteImages.length > 0 && { prepare: fetchingImages(request, chat) }),
  read: ({ body }) => showTextAnswer(readCompletion(request, body)),
  ...(request.stream && {
    answerStreaming: (ports, admitted, endpoint, stream) =>
      answerStreaming(
        ports,
        admitted,
        talliedChat(request),
        stream,
        textStream("chat.completion.chunk", request, admitted, endpoint),
      ),
  }),
});

/**
 * What every request to a chat model has in common, however the client sees the answer. `outputLimit`: how the client's API
 * calls the limit of output tokens.
 */
export const toChatModel = (
  request: ChatRequest,
  outputLimit: string,
): Omit<InferenceRequest, "read" | "answerStreaming"> => ({
  model: request.model,
  tasks: ["chat"],
  refuse: (model) => refuseOutput(request, model, outputLimit),
  worstCase: ({ limits }) => chatWorstCase(request, limits),
  payload: ({ limits }, endpoint) => {
    // One name for the limit: `max_tokens`, which every server knows.
    const { max_completion_tokens: _, ...fields } = request.fields;
    return jsonPayload("chat/completions", fields, endpoint, outputFields(request, limits, endpoint));
  },
});
