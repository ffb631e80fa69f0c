import type { Random } from "./seeded-random.ts";

export type Sampling = {
  /** Above 0: below 1 sharpens, above 1 flattens. */
  readonly temperature: number;
  /** The likeliest tokens that together reach this share stay in the draw; the first always does. */
  readonly topP: number;
};

type Candidate = { readonly token: number; readonly weight: number };

const likeliest = (logits: Float32Array): number =>
  logits.reduce((best, logit, token) => (logit > (logits[best] ?? -Infinity) ? token : best), 0);

const nucleus = (candidates: readonly Candidate[], total: number, topP: number): readonly Candidate[] => {
  // What lies below the cut weighs at most `1 - topP` together, so the nucleus is above it: sort those few only.
  const cut = ((1 - topP) * total) / candidates.length;
  const sorted = candidates.filter(({ weight }) => weight >= cut).toSorted((a, b) => b.weight - a.weight);
  let mass = 0;
  const enough = sorted.findIndex(({ weight }) => (mass += weight) >= topP * total);
  return enough === -1 ? sorted : sorted.slice(0, enough + 1);
};

/** Draws a token from a model's scores. The same scores and the same draws choose the same token. */
export const chooseToken = (
  logits: Float32Array,
  { temperature, topP }: Sampling,
  random: Random,
): number => {
  const best = likeliest(logits);
  const highest = logits[best] ?? 0;
  let total = 0;
  const candidates: Candidate[] = [];
  logits.forEach((logit, token) => {
    const weight = Math.exp((logit - highest) / temperature);
    total += weight;
    if (weight > 0) candidates.push({ token, weight });
  });
  const kept = topP < 1 ? nucleus(candidates, total, topP) : candidates;
  let left = random() * kept.reduce((sum, { weight }) => sum + weight, 0);
  for (const { token, weight } of kept) {
    left -= weight;
    if (left < 0) return token;
  }
  return best;
};
