import type { CustomerId } from "../../identifiers.ts";
import { type EpochMs, after } from "../../time.ts";
import type { Counters } from "../counters.ts";
import { quarterMs, startOfHour } from "../counters-key.ts";
import { type Tally, addTallies } from "../counters-tally.ts";
import type { UsageTotal } from "../usage-total.ts";
import type { UsageTotals } from "./billing-ports.ts";

/** The counters as invoices read them: by model and price version, cut at the quarter hour where a month begins and ends. */
export const countedUsage = (counters: Pick<Counters, "list">): UsageTotals => ({
  async between(customer: CustomerId, from: EpochMs, until: EpochMs): Promise<readonly UsageTotal[]> {
    const sums = new Map<string, Omit<UsageTotal, "quantities" | "cost"> & { readonly tally: Tally }>();
    for await (const { key, tally: hour } of counters.list(customer, startOfHour(from), until)) {
      const { model, price } = key;
      const name = `${model} ${price}`;
      for (const [quarter, tally] of hour) {
        const start = after(key.hour, quarter * quarterMs);
        if (start < from || start >= until) continue;
        const known = sums.get(name)?.tally;
        sums.set(name, { model, price, tally: known ? addTallies(known, tally) : tally });
      }
    }
    return [...sums.values()].map(({ model, price, tally }) => ({
      model,
      price,
      quantities: tally.quantities,
      cost: tally.cost,
    }));
  },
});
