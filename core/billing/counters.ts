import type { CustomerId } from "../identifiers.ts";
import { type EpochMs, epochMs } from "../time.ts";
import type { CounterKey } from "./counters-key.ts";
import type { SequenceNumber } from "./counters-sequence.ts";
import type { HourTally } from "./counters-tally.ts";

/**
 * How far a shard has been counted in one counter: every record of the counter up to `sequence` is in it, none after.
 * `writtenAt` is when it last moved; it says when the mark may be forgotten.
 */
export type Watermark = { readonly sequence: SequenceNumber; readonly writtenAt: EpochMs };

/** Adds `tally`, which counts the records `first` to `last` of `shard`, and moves the shard's mark to `last`. */
export type CounterWrite = {
  readonly key: CounterKey;
  readonly shard: string;
  readonly first: SequenceNumber;
  readonly last: SequenceNumber;
  readonly tally: HourTally;
  readonly now: EpochMs;
};

/** `counted`: the mark that stood in the way. The records up to it are in the counter already. */
export type CounterWriteOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly counted: SequenceNumber };

/** A counter as it is stored. */
export type Counter = {
  readonly key: CounterKey;
  readonly tally: HourTally;
  readonly watermarks: ReadonlyMap<string, Watermark>;
};

/** The counters of every customer, key, model, price version, hour and region. */
export interface Counters {
  /**
   * One atomic write, done only where the shard has no mark or one before `first`: so a record is counted once, however
   * often it is delivered. Rejects where the outcome is unknown; repeating it is then safe.
   */
  add(write: CounterWrite): Promise<CounterWriteOutcome>;
  /** A customer's counters of all regions, of hours from `from` on and before `until`, in order of their hours. */
  list(customer: CustomerId, from: EpochMs, until: EpochMs): AsyncIterable<Counter>;
  /** Forgets a mark if it is still the one given. */
  forget(key: CounterKey, shard: string, watermark: Watermark): Promise<void>;
}

/** A stream keeps a record for a day. */
const streamRetentionMs = 24 * 60 * 60_000;

/**
 * Marks that no record can ever meet again: what they cover left the stream a day ago at the latest. The second day is for
 * an invocation that still holds such a record (15 minutes) and for clocks that disagree. Whether the shard is closed does
 * not matter: a later record of it is counted as the first one would be.
 */
export const isForgettable = ({ writtenAt }: Watermark, now: EpochMs): boolean =>
  now >= epochMs(writtenAt + 2 * streamRetentionMs);

/**
 * Forgets what is forgettable in the counters of some hours; yields how many marks went. A counter's marks are bounded
 * without it, by the shards that were open around its hour; this is run once per day so that they are not kept for years.
 */
export const forgetWatermarks = async (
  counters: Pick<Counters, "list" | "forget">,
  customer: CustomerId,
  from: EpochMs,
  until: EpochMs,
  now: EpochMs,
): Promise<number> => {
  let forgotten = 0;
  for await (const { key, watermarks } of counters.list(customer, from, until)) {
    for (const [shard, watermark] of watermarks) {
      if (!isForgettable(watermark, now)) continue;
      await counters.forget(key, shard, watermark);
      forgotten += 1;
    }
  }
  return forgotten;
};
