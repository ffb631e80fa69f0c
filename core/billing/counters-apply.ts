import { assert } from "../assert.ts";
import type { EpochMs } from "../time.ts";
import { type CounterKey, counterKeyOf, counterName } from "./counters-key.ts";
import type { SequenceNumber, StreamedEvent } from "./counters-sequence.ts";
import { tallyEvents } from "./counters-tally.ts";
import type { Counters } from "./counters.ts";
import type { UsageEvent } from "./usage-event.ts";

export type CountableRecord = StreamedEvent<{ readonly event: UsageEvent }>;

/**
 * `resumeAt`: the lowest record that may not be counted. Everything from there on must be delivered again; what is counted
 * already will not be counted twice.
 */
export type Counted =
  | { readonly ok: true }
  | { readonly ok: false; readonly resumeAt: SequenceNumber; readonly cause: unknown };

/** Enough to hide the latency of a write, few enough not to be throttled. */
const writesAtOnce = 16;

/**
 * Counts records of one shard, given in their order: one conditional write per counter, each exactly once. Deliveries may
 * repeat, be cut differently, or come from a consumer that was believed dead. Why it is exact: a shard hands out a record
 * only after all before it were acknowledged or along with them, so what a counter holds of a shard is always a beginning of
 * it, and the mark says how long a beginning. A write whose first record is behind the mark is refused; without the records
 * up to the mark it is new. A shard that splits goes on under other names, with marks of their own.
 */
export const applyToCounters = async (
  counters: Pick<Counters, "add">,
  shard: string,
  records: readonly CountableRecord[],
  now: EpochMs,
): Promise<Counted> => {
  const groups = groupByCounter(records).values();
  let failure: Extract<Counted, { ok: false }> | undefined;
  const lane = async (): Promise<void> => {
    // The lanes share one iterator: each takes the next counter that none has taken.
    for (const group of groups) {
      const counted = await addOnce(counters, shard, group, now);
      if (!counted.ok && (!failure || counted.resumeAt < failure.resumeAt)) failure = counted;
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, lane));
  return failure ?? { ok: true };
};

type Group = { readonly key: CounterKey; readonly records: CountableRecord[] };

const groupByCounter = (records: readonly CountableRecord[]): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>();
  let before: SequenceNumber | undefined;
  for (const record of records) {
    assert(before === undefined || before < record.sequence, "records of a shard come in their order");
    before = record.sequence;
    const key = counterKeyOf(record.event);
    const name = counterName(key);
    const group = groups.get(name);
    if (group) group.records.push(record);
    else groups.set(name, { key, records: [record] });
  }
  return groups;
};

const addOnce = async (
  counters: Pick<Counters, "add">,
  shard: string,
  { key, records }: Group,
  now: EpochMs,
): Promise<Counted> => {
  let left: readonly CountableRecord[] = records;
  for (;;) {
    const [first] = left;
    const last = left.at(-1);
    if (!first || !last) return { ok: true };
    const tally = tallyEvents(left.map(({ event }) => event));
    try {
      const write = { key, shard, first: first.sequence, last: last.sequence, tally, now };
      const outcome = await counters.add(write);
      if (outcome.ok) return outcome;
      // What the mark covers was counted by an earlier delivery, or by this write before its answer was lost.
      left = left.filter(({ sequence }) => sequence > outcome.counted);
      assert(left[0] !== first, "a write is refused only where some of its records are counted");
    } catch (cause) {
      return { ok: false, resumeAt: first.sequence, cause };
    }
  }
};
