import type { Model } from "../../catalogue/model.ts";
import { answerStreaming } from "../answer-streaming.ts";
import { usageWithCost, withUsage } from "../priced-usage.ts";
import type { Refusal } from "../refusal.ts";
import { readCompletion } from "./chat-completion.ts";
import { fetchingImages } from "./chat-images.ts";
import { type ChatRequest, outgoingBody, outputTokensFor } from "./chat-request.ts";
import { chatStream } from "./chat-stream.ts";
import { chatWorstCase } from "./chat-worst-case.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";

/** OpenAI's chat completions, whole or streamed: metered in tokens. */
export const chat = (request: ChatRequest): InferenceRequest => ({
  ...toChatModel(request, "max_tokens"),
  ...(request.remoteImages.length > 0 && { prepare: fetchingImages(request, chat) }),
  read: ({ body }) => readAnswer(request, body),
  ...(request.stream && {
    answerStreaming: (ports, admitted, endpoint, stream) =>
      answerStreaming(ports, admitted, request, stream, chatStream(request, admitted, endpoint)),
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
  refuse: (model) =>
    outputTokensFor(request, model.limits) > model.limits.outputTokensMax
      ? outputLimitExceeded(model, outputLimit)
      : undefined,
  worstCase: ({ limits }) => chatWorstCase(request, limits),
  payload: ({ limits }, endpoint) => ({
    operation: "chat/completions",
    contentType: "application/json",
    accept: "application/json",
    body: outgoingBody(request, limits, endpoint),
  }),
});

const readAnswer = (request: ChatRequest, bytes: Uint8Array): WholeReading => {
  const completion = readCompletion(request, bytes);
  if (!completion) return unreadable;
  const { answer, quantities, source, usage } = completion;
  return {
    ok: true,
    quantities,
    source,
    render: (cost) => ({ kind: "whole", body: withUsage(answer, usageWithCost(usage, cost)) }),
  };
};

const outputLimitExceeded = ({ name, limits }: Model, param: string): Refusal => ({
  code: "output_limit_exceeded",
  message: `The model \`${name}\` answers with at most ${limits.outputTokensMax} tokens: lower \`${param}\`.`,
  param,
});
