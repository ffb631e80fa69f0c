import type { Quantities } from "../billing/quantities.ts";
import { type JsonObject, isJsonObject } from "../json.ts";

/**
 * Reads an OpenAI-shaped `usage` object leniently: models vary. `undefined` where the counts are missing or make no
 * sense, because unknown is not zero.
 */
export const readUsage = (usage: unknown): Quantities | undefined => {
  if (!isJsonObject(usage)) return undefined;
  const prompt = readCount(usage["prompt_tokens"]);
  const output = readCount(usage["completion_tokens"]);
  if (prompt === undefined || output === undefined) return undefined;
  const cached = Math.min(prompt, readCachedCount(usage));
  return {
    inputTokens: prompt - cached,
    ...(cached > 0 && { cachedInputTokens: cached }),
    outputTokens: output,
    requests: 1,
  };
};

/** The same for a task that only reads: a count of all tokens is one of its input. */
export const readInputUsage = (usage: unknown): Quantities | undefined => {
  if (!isJsonObject(usage)) return undefined;
  const inputTokens = readCount(usage["prompt_tokens"]) ?? readCount(usage["total_tokens"]);
  return inputTokens === undefined ? undefined : { inputTokens, requests: 1 };
};

const readCachedCount = (usage: JsonObject): number => {
  const details = usage["prompt_tokens_details"];
  return (isJsonObject(details) ? readCount(details["cached_tokens"]) : undefined) ?? 0;
};

/** How many of the output tokens were reasoning, as far as the model says. */
export const readReasoningCount = (usage: JsonObject): number => {
  const details = usage["completion_tokens_details"];
  return (isJsonObject(details) ? readCount(details["reasoning_tokens"]) : undefined) ?? 0;
};

/** A whole number of something; `undefined` for anything else. */
export const readCount = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Bytes of English text per token, for estimates only. */
const bytesPerToken = 4;

/** A guess for models that do not say, labelled `estimated` wherever it is used. */
export const estimateTokens = (textBytes: number): number => Math.ceil(textBytes / bytesPerToken);
