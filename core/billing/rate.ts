import { assert } from "../assert.ts";
import type { Price } from "../catalogue/price.ts";
import { type Money, add, times, zero } from "../money.ts";
import { type Quantities, type QuantityKind, quantityKinds } from "./quantities.ts";

/**
 * What `quantities` cost at `price`: the sum over kinds of count x rate, exact. Holds and bills are both made here.
 * Cached input without a rate of its own costs as much as input. A kind that a price does not name is not sold by it.
 */
export const rate = (quantities: Quantities, price: Price): Money =>
  add(...quantityKinds.map((kind) => times(rateFor(kind, price), countOf(kind, quantities))));

const rateFor = (kind: QuantityKind, price: Price): Money =>
  price.rates[kind] ?? (kind === "cachedInputTokens" ? price.rates.inputTokens : undefined) ?? zero;

const countOf = (kind: QuantityKind, quantities: Quantities): number => {
  const count = quantities[kind] ?? 0;
  assert(Number.isSafeInteger(count) && count >= 0, `${kind} is a whole number, not ${count}`);
  return count;
};
