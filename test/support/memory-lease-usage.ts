import { type LeaseId, type RequestId, leaseOf } from "../../core/identifiers.ts";
import { type Money, add, zero } from "../../core/money.ts";
import type { LeaseUsage } from "../../core/admission/ports.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { ProgressRecords } from "../../core/inference/ports.ts";
import { sampleUsageEvent } from "./samples.ts";

/** The usage table as leases see it. Recorded again, a request changes nothing. */
export type MemoryLeaseUsage = LeaseUsage &
  ProgressRecords & {
    record(request: RequestId, cost: Money): Promise<void>;
    events(): readonly UsageEvent[];
  };

export const memoryLeaseUsage = (): MemoryLeaseUsage => {
  const events = new Map<LeaseId, Map<RequestId, UsageEvent>>();
  const progress = new Map<LeaseId, Map<RequestId, UsageEvent>>();
  const of = (records: typeof events, lease: LeaseId): Map<RequestId, UsageEvent> => {
    const known = records.get(lease) ?? new Map<RequestId, UsageEvent>();
    records.set(lease, known);
    return known;
  };
  const spentBy = (lease: LeaseId): Money =>
    add(zero, ...[...of(events, lease).values()].map(({ cost }) => cost));
  const put = async (event: UsageEvent): Promise<UsageEvent> => {
    const known = of(events, event.lease);
    const stored = known.get(event.request) ?? event;
    known.set(event.request, stored);
    return stored;
  };
  return {
    put,
    async record(request, cost) {
      await put({ ...sampleUsageEvent, request, lease: leaseOf(request), cost });
    },
    async keep(event) {
      const known = of(progress, event.lease);
      const kept = known.get(event.request);
      if (!kept || kept.endedAt <= event.endedAt) known.set(event.request, event);
    },
    spentBy: async (lease) => spentBy(lease),
    recordOf: async (lease) => ({
      spent: spentBy(lease),
      unsettled: [...of(progress, lease).values()].filter(({ request }) => !of(events, lease).has(request)),
    }),
    events: () => [...events.values()].flatMap((known) => [...known.values()]),
  };
};
