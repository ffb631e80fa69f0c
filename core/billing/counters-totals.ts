import type { CustomerId } from "../identifiers.ts";
import { type EpochMs, epochMs } from "../time.ts";
import { quarterMs, startOfHour } from "./counters-key.ts";
import { type Tally, addTallies, emptyTally } from "./counters-tally.ts";
import type { Counter, Counters } from "./counters.ts";
import type { UsageTotals } from "./invoice/billing-ports.ts";
import type { UsageTotal } from "./usage-total.ts";

/** What a counter says of a quarter of an hour. */
export type QuarterCount = {
  readonly startsAt: EpochMs;
  readonly counter: Counter["key"];
  readonly tally: Tally;
};

/**
 * A customer's counts from `from` on and before `until`, in order of time. Both are starts of quarters, as days, hours and
 * months of every time zone are.
 */
export async function* countsBetween(
  counters: Pick<Counters, "list">,
  customer: CustomerId,
  from: EpochMs,
  until: EpochMs,
): AsyncGenerator<QuarterCount> {
  for await (const hour of hoursOf(counters.list(customer, startOfHour(from), until))) {
    const counts = hour.flatMap(({ key, tally }) =>
      [...tally].map(([quarter, part]) => ({
        startsAt: epochMs(key.hour + quarter * quarterMs),
        counter: key,
        tally: part,
      })),
    );
    for (const count of counts.toSorted((one, other) => one.startsAt - other.startsAt))
      if (count.startsAt >= from && count.startsAt < until) yield count;
  }
}

/** Counters of the same hour together: their quarters are in order only then. */
async function* hoursOf(counters: AsyncIterable<Counter>): AsyncGenerator<readonly Counter[]> {
  let hour: Counter[] = [];
  for await (const counter of counters) {
    if (hour[0] && hour[0].key.hour !== counter.key.hour) {
      yield hour;
      hour = [];
    }
    hour.push(counter);
  }
  yield hour;
}

/** What invoices are made from: a customer's usage per model and price version, of all keys and regions. */
export const usageTotals = (counters: Pick<Counters, "list">): UsageTotals => ({
  async between(customer, from, until) {
    const totals = new Map<string, Omit<UsageTotal, "quantities" | "cost"> & { readonly tally: Tally }>();
    for await (const { counter, tally } of countsBetween(counters, customer, from, until)) {
      const { model, price } = counter;
      const name = `${model} ${price}`;
      totals.set(name, { model, price, tally: addTallies(totals.get(name)?.tally ?? emptyTally, tally) });
    }
    return [...totals.values()].map(({ model, price, tally }) => ({
      model,
      price,
      quantities: tally.quantities,
      cost: tally.cost,
    }));
  },
});
