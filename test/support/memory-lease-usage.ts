import { type LeaseId, type RequestId, leaseOf } from "../../core/identifiers.ts";
import { type Money, add, zero } from "../../core/money.ts";
import type { LeaseUsage } from "../../core/admission/ports.ts";

/** Usage events, as far as leases are concerned: what each request cost. Recorded again, a request changes nothing. */
export type MemoryLeaseUsage = LeaseUsage & { record(request: RequestId, cost: Money): Promise<void> };

export const memoryLeaseUsage = (): MemoryLeaseUsage => {
  const costs = new Map<LeaseId, Map<RequestId, Money>>();
  return {
    async record(request, cost) {
      const lease = leaseOf(request);
      const known = costs.get(lease) ?? new Map<RequestId, Money>();
      costs.set(lease, known.set(request, known.get(request) ?? cost));
    },
    spentBy: async (lease) => add(zero, ...(costs.get(lease)?.values() ?? [])),
  };
};
