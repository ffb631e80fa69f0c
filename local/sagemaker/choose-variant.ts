import type { Variant } from "./endpoint.ts";

/**
 * Spreads requests over variants by weight, evenly instead of at random: with weights 9 and 1 every tenth request goes
 * to the second one. (Smooth weighted round-robin.)
 */
export function spreadOver(variants: readonly Variant[]): () => Variant | undefined {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const credit = new Map<Variant, number>(variants.map((variant) => [variant, 0]));
  return () => {
    for (const [variant, saved] of credit) credit.set(variant, saved + variant.weight);
    const [next] = [...credit].toSorted(([, a], [, b]) => b - a).map(([variant]) => variant);
    if (next !== undefined) credit.set(next, (credit.get(next) ?? 0) - total);
    return next;
  };
}
