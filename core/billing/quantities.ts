/**
 * What a model's work is counted in. Every kind is a whole number; input tokens exclude the cached ones, and a second that
 * was begun counts as one.
 */
export const quantityKinds = [
  "inputTokens",
  "cachedInputTokens",
  "outputTokens",
  "images",
  "audioSeconds",
  "characters",
  "requests",
  "gpuSeconds",
] as const;

export type QuantityKind = (typeof quantityKinds)[number];

/** Counts by kind; a kind that does not occur is absent. */
export type Quantities = Readonly<Partial<Record<QuantityKind, number>>>;

/** What token rate limits count: input, cached or not, and output. */
export const tokensIn = ({ inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 }: Quantities): number =>
  inputTokens + cachedInputTokens + outputTokens;
