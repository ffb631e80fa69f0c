import { isJsonObject } from "../../json.ts";
import { answerStreaming } from "../answer-streaming.ts";
import { readReasoningCount } from "../model-usage.ts";
import { toChatModel } from "./chat.ts";
import { fetchingImages } from "./chat-images.ts";
import { readCompletion, talliedChat } from "./chat-completion.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";
import { endOf, endedResponse, responseObject, responseUsage } from "./response-object.ts";
import { ResponseOutput } from "./response-output.ts";
import type { ResponsesRequest } from "./responses-request.ts";
import { responsesStream } from "./responses-stream.ts";

/** OpenAI's Responses API without its store: a chat model is asked, and metered as one. */
export const responses = (request: ResponsesRequest): InferenceRequest => ({
  ...toChatModel(request.chat, "max_output_tokens"),
  ...(request.chat.remoteImages.length > 0 && {
    prepare: fetchingImages(
      request.chat,
      (chat) => responses({ ...request, chat }),
      () => "input",
    ),
  }),
  read: ({ body }) => readResponse(request, body),
  ...(request.chat.stream && {
    answerStreaming: (ports, admitted, _endpoint, stream) =>
      answerStreaming(ports, admitted, talliedChat(request.chat), stream, responsesStream(request, admitted)),
  }),
});

const readResponse = ({ chat, echo }: ResponsesRequest, bytes: Uint8Array): WholeReading => {
  const completion = readCompletion(chat, bytes);
  const choice = completion?.choices[0];
  const message = isJsonObject(choice) ? choice["message"] : undefined;
  if (!completion || !isJsonObject(choice) || !isJsonObject(message)) return unreadable;
  const { quantities, source, usage } = completion;
  return {
    ok: true,
    quantities,
    source,
    render: (cost, admitted) => {
      const end = endOf(choice["finish_reason"]);
      const output = new ResponseOutput(admitted);
      output.add(message);
      const usageJson = responseUsage(quantities, cost, {
        reasoningTokens: readReasoningCount(usage),
        isEstimated: source === "estimated",
      });
      const body = endedResponse(responseObject(admitted, echo), output.items(end), end, usageJson);
      return { kind: "whole", body };
    },
  };
};
