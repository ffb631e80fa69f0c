import { type CounterKey, counterName } from "../../core/billing/counters-key.ts";
import { addHourTallies } from "../../core/billing/counters-tally.ts";
import type { Counter, Counters, Watermark } from "../../core/billing/counters.ts";

type Stored = Counter & { readonly watermarks: Map<string, Watermark> };

/** The counters in memory: each call is one atomic step. */
export const memoryCounters = (): Counters => {
  const counters = new Map<string, Stored>();
  const find = (key: CounterKey): Stored | undefined => counters.get(counterName(key));
  return {
    async add({ key, shard, first, last, tally, now }) {
      const stored = find(key);
      const mark = stored?.watermarks.get(shard);
      if (mark && mark.sequence >= first) return { ok: false, counted: mark.sequence };
      counters.set(counterName(key), {
        key,
        tally: stored ? addHourTallies(stored.tally, tally) : tally,
        watermarks: new Map(stored?.watermarks).set(shard, { sequence: last, writtenAt: now }),
      });
      return { ok: true };
    },
    async *list(customer, from, until) {
      const wanted = ({ key }: Stored) => key.customer === customer && key.hour >= from && key.hour < until;
      yield* [...counters.values()].filter(wanted).toSorted((one, other) => one.key.hour - other.key.hour);
    },
    async forget(key, shard, watermark) {
      const watermarks = find(key)?.watermarks;
      const mark = watermarks?.get(shard);
      const isSame = mark?.sequence === watermark.sequence && mark.writtenAt === watermark.writtenAt;
      if (isSame) watermarks?.delete(shard);
    },
  };
};
