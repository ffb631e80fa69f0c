import type { QuantityKind } from "../../billing/quantities.ts";
import { type Money, add, times, zero } from "../../money.ts";
import type { Tier } from "./tier.ts";

/** Each unit at the price of the tier it falls into. More never costs less. */
export type Graduated = {
  readonly shape: "graduated";
  readonly kind: QuantityKind;
  readonly tiers: readonly Tier[];
};

export const graduatedCost = ({ tiers }: Graduated, quantity: number): Money => {
  let cost = zero;
  let reached = 0;
  for (const { upTo, unitPrice } of tiers) {
    const end = Math.min(quantity, upTo ?? quantity);
    if (end <= reached) break;
    cost = add(cost, times(unitPrice, end - reached));
    reached = end;
  }
  return cost;
};
