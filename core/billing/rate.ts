import { assert } from "../assert.ts";
import type { Price } from "../catalogue/price.ts";
import { rateOfKind } from "../catalogue/rate-of-kind.ts";
import { type Money, add, times } from "../money.ts";
import { type Quantities, type QuantityKind, quantityKinds } from "./quantities.ts";

/** What `quantities` cost at `price`: the sum over kinds of count x rate, exact. Holds and bills are both made here. */
export const rate = (quantities: Quantities, price: Price): Money =>
  add(...quantityKinds.map((kind) => times(rateOfKind(kind, price), countOf(kind, quantities))));

const countOf = (kind: QuantityKind, quantities: Quantities): number => {
  const count = quantities[kind] ?? 0;
  assert(Number.isSafeInteger(count) && count >= 0, `${kind} is a whole number, not ${count}`);
  return count;
};
