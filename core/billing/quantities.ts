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
