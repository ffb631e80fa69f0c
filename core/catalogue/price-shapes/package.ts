import type { QuantityKind } from "../../billing/quantities.ts";
import { type Money, times } from "../../money.ts";

/** Sold in packages of `units`; one that was begun is paid whole. Nothing used is nothing to pay. */
export type Package = {
  readonly shape: "package";
  readonly kind: QuantityKind;
  readonly units: number;
  readonly packagePrice: Money;
};

export const packageCost = ({ units, packagePrice }: Package, quantity: number): Money => {
  // In bigint: near 2^53 a quotient of doubles would be rounded to the wrong package.
  const begun = (BigInt(quantity) + BigInt(units) - 1n) / BigInt(units);
  return times(packagePrice, Number(begun));
};
