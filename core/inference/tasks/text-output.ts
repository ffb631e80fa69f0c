import type { Quantities } from "../../billing/quantities.ts";
import type { QuantitySource } from "../../billing/usage-event.ts";
import type { Model, ModelEndpoint, ModelLimits } from "../../catalogue/model.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { readUsage } from "../model-usage.ts";
import { estimatedUsage, withPricedUsage } from "../priced-usage.ts";
import type { Refusal } from "../refusal.ts";
import { type WholeReading, unreadable } from "./inference-request.ts";

/** What requests for text have in common, whether it is said in a chat or continues a prompt. */
export type TextRequest = {
  readonly stream: boolean;
  /** The client asked for a usage chunk at the end of its stream. */
  readonly wantsUsage: boolean;
  /** The client asked for usage in every chunk (vLLM's `continuous_usage_stats`). */
  readonly wantsRunningUsage: boolean;
  /** The most tokens per choice; absent if the client did not say. */
  readonly outputTokens?: number;
  /** The body as sent. */
  readonly fields: JsonObject;
};

/** Output tokens per choice that the model is told to stop at: always set, so that the worst case is bounded. */
export const outputTokensFor = (
  { outputTokens }: Pick<TextRequest, "outputTokens">,
  { outputTokensDefault, outputTokensMax }: ModelLimits,
): number => outputTokens ?? Math.min(outputTokensDefault, outputTokensMax);

/** What Farebox says to the model: where to stop, and to tell what it used. */
export const outputFields = (
  request: TextRequest,
  limits: ModelLimits,
  { usage }: ModelEndpoint,
): JsonObject => {
  const { stream_options: streamOptions } = request.fields;
  return {
    max_tokens: outputTokensFor(request, limits),
    // What is undefined is not written: whole answers have usage anyway.
    stream_options: request.stream
      ? {
          ...(isJsonObject(streamOptions) && streamOptions),
          include_usage: true,
          ...(usage === "running" && { continuous_usage_stats: true }),
        }
      : undefined,
  };
};

/** A request for more output than the model may write. `param`: how the client's API calls the limit. */
export const refuseOutput = (
  request: Pick<TextRequest, "outputTokens">,
  { name, limits }: Model,
  param = "max_tokens",
): Refusal | undefined =>
  outputTokensFor(request, limits) > limits.outputTokensMax
    ? {
        code: "output_limit_exceeded",
        message: `The model \`${name}\` answers with at most ${limits.outputTokensMax} tokens: lower \`${param}\`.`,
        param,
      }
    : undefined;

/** A model's whole answer in text. */
export type TextAnswer = {
  /** As the model sent it. */
  readonly answer: JsonObject;
  readonly choices: readonly unknown[];
  readonly quantities: Quantities;
  readonly source: QuantitySource;
  /** OpenAI's `usage`: the model's own, or one that says it is an estimate. */
  readonly usage: JsonObject;
};

/** A JSON object with choices is an answer; without usage it is estimated. `undefined` for anything else. */
export const readTextAnswer = (
  bytes: Uint8Array,
  estimate: (choices: readonly unknown[]) => Quantities,
): TextAnswer | undefined => {
  const answer: ({ readonly usage?: unknown; readonly choices?: unknown } & JsonObject) | undefined =
    parseJsonObject(new TextDecoder().decode(bytes));
  if (!answer || !Array.isArray(answer.choices)) return undefined;
  const { usage, choices } = answer;
  const reported = readUsage(usage);
  const quantities = reported ?? estimate(choices);
  return {
    answer,
    choices,
    quantities,
    source: reported ? "reported" : "estimated",
    usage: reported && isJsonObject(usage) ? usage : estimatedUsage(quantities),
  };
};

/** For a client that sees the answer as the model sent it, with its cost. */
export const showTextAnswer = (read: TextAnswer | undefined): WholeReading => {
  if (!read) return unreadable;
  const { answer, quantities, source, usage } = read;
  return {
    ok: true,
    quantities,
    source,
    render: withPricedUsage(answer, usage),
  };
};

/** Of content as it is sent, for estimates. */
export const jsonBytes = (value: unknown): number =>
  value === undefined ? 0 : new TextEncoder().encode(JSON.stringify(value)).length;
