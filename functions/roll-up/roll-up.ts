import type { ArchiveRecord, ArchiveShard } from "../../core/billing/archive.ts";
import { applyToCounters, type CountableRecord } from "../../core/billing/counters-apply.ts";
import type { SequenceNumber } from "../../core/billing/counters-sequence.ts";
import type { Counters } from "../../core/billing/counters.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { Clock } from "../../core/time.ts";

export type RollUpPorts = {
  readonly counters: Pick<Counters, "add">;
  readonly append: (shard: ArchiveShard, records: readonly ArchiveRecord<UsageEvent>[]) => Promise<void>;
  readonly clock: Clock;
};

/** `resumeAt`: the lowest record that is not both archived and counted, where there is one; `causes` say why. */
export type RolledUp = { readonly resumeAt?: SequenceNumber; readonly causes: readonly unknown[] };

/**
 * Archives and counts records of a shard. Neither waits for the other: while the archive cannot be written, the counters
 * stay fresh, and the other way round. Both may be repeated without harm, so whatever failed is delivered again.
 */
export const rollUp = async (
  { counters, append, clock }: RollUpPorts,
  shard: ArchiveShard,
  records: readonly ArchiveRecord<UsageEvent>[],
): Promise<RolledUp> => {
  const [first] = records;
  if (!first) return { causes: [] };
  const [archived, counted] = await Promise.all([
    append(shard, records).then(
      () => ({ ok: true as const }),
      (cause: unknown) => ({ ok: false as const, resumeAt: first.sequence, cause }),
    ),
    applyToCounters(counters, shard.shard, records.filter(isCountable), clock.now()),
  ]);
  const failures = [archived, counted].filter((result) => !result.ok);
  const [resumeAt] = failures.map((failure) => failure.resumeAt).toSorted();
  return { ...(resumeAt !== undefined && { resumeAt }), causes: failures.map(({ cause }) => cause) };
};

const isCountable = (record: ArchiveRecord<UsageEvent>): record is CountableRecord => "event" in record;
