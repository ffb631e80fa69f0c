import type { LeaseUsage } from "../admission/ports.ts";
import type { LeaseId } from "../identifiers.ts";
import { zero } from "../money.ts";
import type { ProgressRecord } from "./progress-record.ts";
import type { UsageEvent } from "./usage-event.ts";

/** The `failure` of a request whose process died: what it delivered after its last checkpoint is not known, and not billed. */
export const crashed = "crashed";

/** The usage event of a request that left its progress and no event. `endedAt` is the checkpoint: no later sign of it exists. */
export const settleCrashed = ({ checkpointAt, costSoFar, ...progress }: ProgressRecord): UsageEvent => ({
  ...progress,
  cost: costSoFar,
  waived: costSoFar === zero,
  outcome: "failed",
  failure: crashed,
  endedAt: checkpointAt,
});

export type CrashPorts = {
  readonly progress: {
    /** The progress of a lease's requests that have no usage event. Sees every write that was acknowledged before. */
    unsettled(lease: LeaseId): Promise<readonly ProgressRecord[]>;
  };
  readonly usageEvents: {
    /** Stores an event unless its request has one, which then stays as it is. */
    put(event: UsageEvent): Promise<void>;
  };
  readonly usage: LeaseUsage;
};

/**
 * What the requests of a lease that is over cost, crashed ones included: these get their usage events first, so that
 * events and what the lease is closed with agree. Not for a lease in use: its requests still run. Repeating it changes nothing.
 */
export const leaseUsageWithCrashes = ({ progress, usageEvents, usage }: CrashPorts): LeaseUsage => ({
  async spentBy(lease) {
    for (const left of await progress.unsettled(lease)) await usageEvents.put(settleCrashed(left));
    // Read after the writes: where a request's own event came first after all, it is that one which counts.
    return usage.spentBy(lease);
  },
});
