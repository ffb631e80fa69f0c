import { assert } from "../../assert.ts";
import { type PriceBook, ownPricesAt } from "../../catalogue/price-book.ts";
import { type QuantityTerm, isQuantityTerm, termCost } from "../../catalogue/price-term.ts";
import type { PriceVersion } from "../../catalogue/price-version.ts";
import { commitShortfall } from "../../catalogue/price-shapes/minimum-commit.ts";
import { rateOfKind } from "../../catalogue/rate-of-kind.ts";
import type { CustomerId } from "../../identifiers.ts";
import { type Money, add, larger, negate, subtract, times, zero } from "../../money.ts";
import { epochMs } from "../../time.ts";
import { quantityKinds } from "../quantities.ts";
import { rate } from "../rate.ts";
import type { UsageTotal } from "../usage-total.ts";
import type { BillingMonth, MonthBounds } from "./billing-month.ts";
import { type Charge, type ChargeSubject, chargeKey } from "./charge.ts";

/**
 * Everything a customer owes for a month of usage: lines at list price that add up to what the events cost, and what the
 * terms of the prices make of it. Exact, in the order of `chargeKey`; the order of `totals` does not matter.
 */
export const rateMonth = (
  book: PriceBook,
  customer: CustomerId,
  month: BillingMonth,
  bounds: MonthBounds,
  totals: readonly UsageTotal[],
): readonly Charge[] => {
  const charges = mergeTotals(totals).flatMap((total) => rateTotal(versionOf(book, total), month, total));
  const commits = commitCharges(book, customer, month, bounds, charges);
  return [...charges, ...commits].toSorted((one, other) => (chargeKey(one) < chargeKey(other) ? -1 : 1));
};

const versionOf = ({ versions }: PriceBook, { price }: UsageTotal): PriceVersion => {
  const version = versions.get(price);
  // Versions are never removed: usage at an unknown price must stop the closing, not leave the invoice.
  assert(version !== undefined, `the price book holds every price that was ever billed, ${price} too`);
  return version;
};

/** One total per model and price, so that a term sees the whole month. */
const mergeTotals = (totals: readonly UsageTotal[]): readonly UsageTotal[] => {
  const merged = new Map<string, UsageTotal>();
  for (const total of totals) {
    const name = `${total.model} ${total.price}`;
    const known = merged.get(name);
    merged.set(name, known ? addTotals(known, total) : total);
  }
  return [...merged.values()];
};

const addTotals = (one: UsageTotal, other: UsageTotal): UsageTotal => ({
  ...one,
  quantities: Object.fromEntries(
    quantityKinds.map((kind) => [kind, (one.quantities[kind] ?? 0) + (other.quantities[kind] ?? 0)]),
  ),
  cost: add(one.cost, other.cost),
});

const rateTotal = (version: PriceVersion, month: BillingMonth, total: UsageTotal): readonly Charge[] => {
  const { model, price, quantities } = total;
  const charge = (subject: ChargeSubject, amount: Money): Charge => ({
    month,
    model,
    price,
    subject,
    amount,
  });
  const usage = quantityKinds.flatMap((kind) => {
    const quantity = quantities[kind] ?? 0;
    const unitPrice = rateOfKind(kind, version.price);
    return quantity === 0 || unitPrice === 0n
      ? []
      : charge({ type: "usage", kind, quantity, unitPrice }, times(unitPrice, quantity));
  });
  const ceiling = charge({ type: "ceiling" }, subtract(total.cost, rate(quantities, version.price)));

  let left = total.cost;
  const terms = version.terms.filter(isQuantityTerm).map((term) => {
    // A discount takes at most what was charged: what a ceiling has spared already is not given twice.
    const amount = larger(termDifference(term, version, total), negate(left));
    left = add(left, amount);
    return charge({ type: term.shape, kind: term.kind }, amount);
  });
  return [...usage, ceiling, ...terms].filter(({ amount }) => amount !== 0n);
};

const termDifference = (term: QuantityTerm, { price }: PriceVersion, { quantities }: UsageTotal): Money => {
  const quantity = quantities[term.kind] ?? 0;
  const unitPrice = rateOfKind(term.kind, price);
  return subtract(termCost(term, quantity, unitPrice), times(unitPrice, quantity));
};

/**
 * A commitment is owed for every month at whose end it is in force, whole, and is filled by all that the model was charged
 * in that month, at whatever prices.
 */
const commitCharges = (
  book: PriceBook,
  customer: CustomerId,
  month: BillingMonth,
  { until }: MonthBounds,
  charges: readonly Charge[],
): readonly Charge[] =>
  ownPricesAt(book, customer, epochMs(until - 1)).flatMap(({ model, price, terms }) => {
    const commit = terms.find((term) => term.shape === "minimum-commit");
    if (!commit) return [];
    const charged = add(...charges.filter((charge) => charge.model === model).map(({ amount }) => amount));
    const amount = commitShortfall(commit, charged);
    return amount === zero
      ? []
      : { month, model, price: price.id, subject: { type: "minimum-commit" } as const, amount };
  });
