import { assert } from "../../assert.ts";
import type { QuantityKind } from "../../billing/quantities.ts";
import { type Money, times } from "../../money.ts";
import type { Tier } from "./tier.ts";

/** All units at the price of the tier that the month's total reaches. The first unit of a cheaper tier may lower the bill. */
export type Volume = {
  readonly shape: "volume";
  readonly kind: QuantityKind;
  readonly tiers: readonly Tier[];
};

export const volumeCost = ({ tiers }: Volume, quantity: number): Money => {
  const tier = tiers.find(({ upTo }) => upTo === undefined || quantity <= upTo);
  assert(tier !== undefined, "the last tier of a published price is open");
  return times(tier.unitPrice, quantity);
};
