import type { Quantities } from "../../billing/quantities.ts";
import type { Model } from "../../catalogue/model.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { answerStreaming } from "../answer-streaming.ts";
import { estimateTokens, readUsage } from "../model-usage.ts";
import { estimatedUsage, usageWithCost, withUsage } from "../priced-usage.ts";
import type { Refusal } from "../refusal.ts";
import { type ChatRequest, outgoingBody, outputTokensFor } from "./chat-request.ts";
import { chatStream } from "./chat-stream.ts";
import { chatWorstCase } from "./chat-worst-case.ts";
import { type InferenceRequest, type WholeReading, unreadable } from "./inference-request.ts";

/** OpenAI's chat completions, whole or streamed: metered in tokens. */
export const chat = (request: ChatRequest): InferenceRequest => ({
  model: request.model,
  tasks: ["chat"],
  refuse: (model) =>
    outputTokensFor(request, model.limits) > model.limits.outputTokensMax
      ? outputLimitExceeded(model)
      : undefined,
  worstCase: ({ limits }) => chatWorstCase(request, limits),
  payload: ({ limits }, endpoint) => ({
    operation: "chat/completions",
    contentType: "application/json",
    accept: "application/json",
    body: outgoingBody(request, limits, endpoint),
  }),
  read: ({ body }) => readCompletion(request, body),
  ...(request.stream && {
    answerStreaming: (ports, admitted, endpoint, stream) =>
      answerStreaming(ports, admitted, request, stream, chatStream(request, admitted, endpoint)),
  }),
});

/** A JSON object with choices is an answer; without usage it is estimated. */
const readCompletion = (request: ChatRequest, bytes: Uint8Array): WholeReading => {
  const answer: ({ readonly usage?: unknown } & JsonObject) | undefined = parseJsonObject(
    new TextDecoder().decode(bytes),
  );
  if (!answer || !Array.isArray(answer["choices"])) return unreadable;
  const { usage } = answer;
  const reported = readUsage(usage);
  const quantities = reported ?? estimate(request, answer["choices"]);
  const shown = reported && isJsonObject(usage) ? usage : estimatedUsage(quantities);
  return {
    ok: true,
    quantities,
    source: reported ? "reported" : "estimated",
    render: (cost) => ({ kind: "whole", body: withUsage(answer, usageWithCost(shown, cost)) }),
  };
};

const jsonBytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value ?? "")).length;

const estimate = (request: ChatRequest, choices: unknown): Quantities => ({
  inputTokens: estimateTokens(jsonBytes(request.fields["messages"])),
  outputTokens: estimateTokens(jsonBytes(choices)),
  requests: 1,
});

const outputLimitExceeded = ({ name, limits }: Model): Refusal => ({
  code: "output_limit_exceeded",
  message: `The model \`${name}\` answers with at most ${limits.outputTokensMax} tokens: lower \`max_tokens\`.`,
  param: "max_tokens",
});
