import type { Money } from "../../money.ts";

/**
 * One step of a tiered price: the units after the tier before, up to and including the `upTo`th of the month, at
 * `unitPrice` each. Only the last tier has no `upTo`: it is open.
 */
export type Tier = { readonly upTo?: number; readonly unitPrice: Money };

export type TierFault = "no_tiers" | "last_tier_closed" | "tier_open" | "tier_empty" | "amount_negative";

/** What is wrong with the tiers, first fault first; `undefined` if they cover every quantity exactly once. */
export const tierFault = (tiers: readonly Tier[]): TierFault | undefined => {
  let reached = 0;
  for (const [index, { upTo, unitPrice }] of tiers.entries()) {
    const isLast = index === tiers.length - 1;
    if (unitPrice < 0n) return "amount_negative";
    if (isLast) return upTo === undefined ? undefined : "last_tier_closed";
    if (upTo === undefined) return "tier_open";
    if (!Number.isSafeInteger(upTo) || upTo <= reached) return "tier_empty";
    reached = upTo;
  }
  return "no_tiers";
};
