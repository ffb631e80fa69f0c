import type { LeaseUsage } from "../../../core/admission/ports.ts";
import type { LeaseId } from "../../../core/identifiers.ts";
import { type Money, picodollars } from "../../../core/money.ts";
import { tableKeys, usageEventPrefix } from "../../contract.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import type { Item } from "./item.ts";
import { isProgress, readProgress } from "./progress-records.ts";
import { queryAll } from "./query-all.ts";
import { usageEventTable } from "./usage-events.ts";

/** The cost of a lease's requests, from the usage table, where a lease is a partition. */
export const leaseUsage = (client: DynamoDb, table: string): LeaseUsage => ({
  spentBy: async (lease) => costOf(lease, await queryAll(client, table, lease, usageEventPrefix)),
  async recordOf(lease) {
    const items = await queryAll(client, table, lease);
    const events = items.filter((item) => !isProgress(item));
    const settled = new Set(events.map((item) => item[tableKeys.sort]?.S));
    const progress = items.filter(isProgress).map(readProgress);
    return {
      spent: costOf(lease, events),
      unsettled: progress.filter(({ request }) => !settled.has(request)),
    };
  },
  put: (event) => usageEventTable(client, table).put(event),
});

const costOf = (lease: LeaseId, events: readonly Item[]): Money =>
  picodollars(
    events.reduce((sum, { cost }) => {
      if (cost?.N === undefined) throw new Error(`a usage event of ${lease} has no cost`);
      return sum + BigInt(cost.N);
    }, 0n),
  );
