import type { QuantityKind } from "../../billing/quantities.ts";
import { type Money, times } from "../../money.ts";

/** The first `units` of a month are free, the rest is at list price. (With tiers: a first tier at zero says the same.) */
export type FreeAllowance = {
  readonly shape: "free-allowance";
  readonly kind: QuantityKind;
  readonly units: number;
};

export const allowanceCost = ({ units }: FreeAllowance, quantity: number, unitPrice: Money): Money =>
  times(unitPrice, Math.max(0, quantity - units));
