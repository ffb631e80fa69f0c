import type { Quantities } from "../../billing/quantities.ts";
import type { QuantitySource } from "../../billing/usage-event.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { estimateTokens, readUsage } from "../model-usage.ts";
import { estimatedUsage } from "../priced-usage.ts";
import type { ChatRequest } from "./chat-request.ts";

/** A chat model's whole answer. */
export type ChatCompletion = {
  /** As the model sent it. */
  readonly answer: JsonObject;
  readonly choices: readonly unknown[];
  readonly quantities: Quantities;
  readonly source: QuantitySource;
  /** OpenAI's `usage`: the model's own, or one that says it is an estimate. */
  readonly usage: JsonObject;
};

/** A JSON object with choices is an answer; without usage it is estimated. `undefined` for anything else. */
export const readCompletion = (
  request: Pick<ChatRequest, "fields">,
  bytes: Uint8Array,
): ChatCompletion | undefined => {
  const answer: ({ readonly usage?: unknown; readonly choices?: unknown } & JsonObject) | undefined =
    parseJsonObject(new TextDecoder().decode(bytes));
  if (!answer || !Array.isArray(answer.choices)) return undefined;
  const { usage, choices } = answer;
  const reported = readUsage(usage);
  const quantities = reported ?? estimate(request, choices);
  return {
    answer,
    choices,
    quantities,
    source: reported ? "reported" : "estimated",
    usage: reported && isJsonObject(usage) ? usage : estimatedUsage(quantities),
  };
};

const jsonBytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value ?? "")).length;

const estimate = ({ fields }: Pick<ChatRequest, "fields">, choices: unknown): Quantities => ({
  inputTokens: estimateTokens(jsonBytes(fields["messages"])),
  outputTokens: estimateTokens(jsonBytes(choices)),
  requests: 1,
});
