import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { UsageEvents } from "../../core/inference/ports.ts";
import { formatDollars } from "../../core/money.ts";
import type { UsageEventTable } from "../adapters/dynamodb/usage-events.ts";
import { describeError, logError } from "../http/log.ts";

/** The name of the log line that an alarm watches: an event in it must be put into the table by hand or by reconciliation. */
const unrecorded = "usage_event_unrecorded";

/** An event that came too late to be billed: somebody must find out what made it late. An alarm watches for this name, too. */
const late = "usage_event_late";

/** Keeps every usage event: in the table, or, when that cannot be reached after retries, in the log. Nothing is lost silently. */
export const durableUsageEvents = (table: UsageEventTable): UsageEvents => ({
  async record(event) {
    const { request, absorbed } = event;
    if (absorbed !== undefined) logError(late, { request, absorbed: formatDollars(absorbed) });
    try {
      return await table.put(event);
    } catch (error) {
      logError(unrecorded, { usageEvent: toJson(event), ...describeError(error) });
      return undefined;
    }
  },
});

const toJson = (event: UsageEvent): string =>
  JSON.stringify(event, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
