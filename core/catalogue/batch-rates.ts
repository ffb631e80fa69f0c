import type { QuantityKind } from "../billing/quantities.ts";
import { type Money, discountRoundedUp } from "../money.ts";
import type { Price } from "./price.ts";

/** What batches are spared unless a price says otherwise: as much as elsewhere. */
export const batchDiscountPercentDefault = 50;

/** The rates of batches: the price's own, each at the discount. They are a price of their own, so that bills need no other rule. */
export const batchRates = (rates: Price["rates"], discountPercent: number): Price["rates"] =>
  Object.fromEntries(
    (Object.entries(rates) as [QuantityKind, Money][]).map(([kind, amount]) => [
      kind,
      discountRoundedUp(amount, discountPercent),
    ]),
  );
