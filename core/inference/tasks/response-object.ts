import type { Admitted } from "../../admission/admit.ts";
import type { Quantities } from "../../billing/quantities.ts";
import type { JsonObject } from "../../json.ts";
import type { Money } from "../../money.ts";
import { usageWithCost, withUsage } from "../priced-usage.ts";

/** How a chat model's choice ended, as a response says it. */
export type ResponseEnd =
  | { readonly status: "completed" }
  | { readonly status: "incomplete"; readonly reason: "max_output_tokens" | "content_filter" };

/** Reads a choice's `finish_reason`. Whatever a server calls an ending that was not cut short, it is complete. */
export const endOf = (finishReason: unknown): ResponseEnd => {
  if (finishReason === "length") return { status: "incomplete", reason: "max_output_tokens" };
  if (finishReason === "content_filter") return { status: "incomplete", reason: "content_filter" };
  return { status: "completed" };
};

/** The part of a request's id that its response and the items of it share; there is nothing else to look them up by. */
const idOf = ({ request }: Admitted): string => request.slice("req_".length);

export const itemId = (admitted: Admitted, prefix: "msg" | "fc" | "call", index: number): string =>
  `${prefix}_${idOf(admitted)}_${index}`;

/** A response as it is while the model is at it. */
export const responseObject = (admitted: Admitted, echo: JsonObject): JsonObject => ({
  id: `resp_${idOf(admitted)}`,
  object: "response",
  created_at: Math.floor(admitted.admittedAt / 1000),
  status: "in_progress",
  error: null,
  incomplete_details: null,
  model: admitted.model.name,
  output: [],
  ...echo,
});

/** The same at its end, as JSON: the exact cost in its usage never passes through a float. */
export const endedResponse = (
  response: JsonObject,
  output: readonly JsonObject[],
  end: ResponseEnd,
  usageJson: string,
): string =>
  withUsage(
    {
      ...response,
      status: end.status,
      incomplete_details: end.status === "incomplete" ? { reason: end.reason } : null,
      output,
    },
    usageJson,
  );

/** A response's `usage` as JSON. Of reasoning it tells what the model did. */
export const responseUsage = (
  { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 }: Quantities,
  cost: Money,
  { reasoningTokens, isEstimated }: { readonly reasoningTokens: number; readonly isEstimated: boolean },
): string =>
  usageWithCost(
    {
      input_tokens: inputTokens + cachedInputTokens,
      input_tokens_details: { cached_tokens: cachedInputTokens },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: reasoningTokens },
      total_tokens: inputTokens + cachedInputTokens + outputTokens,
      ...(isEstimated && { estimated: true }),
    },
    cost,
  );
