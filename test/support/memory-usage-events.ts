import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { RequestId } from "../../core/identifiers.ts";
import type { UsageEventTable } from "../../functions/adapters/dynamodb/usage-events.ts";

/** The usage table in memory: an event that is there is not written again. */
export const memoryUsageEvents = (): UsageEventTable => {
  const events = new Map<RequestId, UsageEvent>();
  return {
    async put(event) {
      const stored = events.get(event.request) ?? event;
      events.set(event.request, stored);
      return stored;
    },
    async find(request) {
      return events.get(request);
    },
  };
};
