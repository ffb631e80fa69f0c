import type { Quantities } from "../billing/quantities.ts";
import type { JsonObject } from "../json.ts";
import { type Money, formatDollars } from "../money.ts";

/**
 * A `usage` object as JSON with the cost of the request in dollars. Written as text: the exact decimal never passes
 * through a float here.
 */
export const usageWithCost = (usage: JsonObject, cost: Money): string => {
  const { cost: _, ...counts } = usage;
  const members = JSON.stringify(counts).slice(1, -1);
  return `{${members}${members && ","}"cost":${formatDollars(cost)}}`;
};

/** `object` as JSON with `usage` replaced by already written JSON, as its last member. */
export const withUsage = (object: JsonObject, usageJson: string): string => {
  const { usage: _, ...rest } = object;
  const members = JSON.stringify(rest).slice(1, -1);
  return `{${members}${members && ","}"usage":${usageJson}}`;
};

/** A model's whole answer with what it used and cost, once the cost is known. */
export const withPricedUsage =
  (answer: JsonObject, usage: JsonObject) =>
  (cost: Money): { readonly kind: "whole"; readonly body: string } => ({
    kind: "whole",
    body: withUsage(answer, usageWithCost(usage, cost)),
  });

/** OpenAI's `usage` for a model that did not say what it used; the client sees that we guessed. */
export const estimatedUsage = ({ inputTokens = 0, outputTokens = 0 }: Quantities): JsonObject => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
  estimated: true,
});
