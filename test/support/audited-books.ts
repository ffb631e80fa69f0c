import type { ArchiveCodec } from "../../core/billing/archive.ts";
import { archiveAppender } from "../../core/billing/archive-append.ts";
import { replayArchive } from "../../core/billing/archive-replay.ts";
import type {
  AuditScope,
  AuditViews,
  Earning,
  InvoicedUsage,
  Settlement,
} from "../../core/billing/audit-views.ts";
import { applyToCounters } from "../../core/billing/counters-apply.ts";
import { hourMs, startOfHour } from "../../core/billing/counters-key.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { LeaseId } from "../../core/identifiers.ts";
import { add } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { archiveCodec } from "../../functions/adapters/s3/archive-codec.ts";
import { memoryArchive } from "./memory-archive.ts";
import { memoryCounters } from "./memory-counters.ts";
import { sampleNow } from "./samples.ts";
import { numbered, sampleCustomers, usageEvent } from "./usage-events.ts";

/** Events come back as they were written: how they are parsed is not what an audit is about. */
const codec: ArchiveCodec = { ...archiveCodec, readEvent: (value) => value as UsageEvent };

const [customer = usageEvent(0).customer] = sampleCustomers;

/** Two hours, in the middle of which leases cross the hour. */
export const auditScope: AuditScope = {
  customer,
  from: epochMs(sampleNow - hourMs),
  until: epochMs(sampleNow + hourMs),
};

/** Long after all of it. */
export const auditNow = epochMs(sampleNow + 24 * hourMs);

/** Books in which everything agrees, made from events as the platform makes them; tests then falsify one. */
export const balancedBooks = async (events: readonly UsageEvent[]) => {
  const archive = memoryArchive();
  const append = archiveAppender(archive, codec);
  const counters = memoryCounters();
  const records = numbered(events);
  const shard = { region: "eu-west-1", shard: "shard-1" };
  for (let start = 0; start < records.length; start += 4) {
    const batch = records.slice(start, start + 4);
    await append(shard, batch);
    await applyToCounters(counters, shard.shard, batch, sampleNow);
  }
  const own = events.filter((event) => event.customer === customer);
  const settlements = new Map<LeaseId, Settlement>();
  for (const [lease, group] of Map.groupBy(own, (event) => event.lease)) {
    const closedAt = epochMs(Math.max(...group.map(({ endedAt }) => endedAt)));
    const spent = add(...group.map(({ cost }) => cost));
    const cell = `wallet#eu-west-1#${settlements.size % 2}`;
    settlements.set(lease, { lease, cell, spent, closedAt, hour: startOfHour(closedAt) });
  }
  const isBookedIn = (scope: AuditScope, { hour }: { readonly hour: number }) =>
    hour >= scope.from && hour < scope.until;
  const earnings: Earning[] = [
    ...Map.groupBy(settlements.values(), ({ cell, hour }) => `usage#${hour}#${cell}`),
  ].flatMap(([transfer, [first, ...others]]) =>
    first
      ? {
          transfer,
          cell: first.cell,
          hour: first.hour,
          amount: add(first.spent, ...others.map(({ spent }) => spent)),
        }
      : [],
  );
  const used = own.filter(({ admittedAt }) => admittedAt >= auditScope.from && admittedAt < auditScope.until);
  const invoiced: InvoicedUsage[] = used.map(({ model, price, cost }) => ({ model, price, amount: cost }));
  const unrecorded: UsageEvent[] = [];
  const views: AuditViews = {
    archive: () => replayArchive(archive, codec),
    counters,
    settlements: {
      of: async (lease) => settlements.get(lease),
      isOpen: async () => false,
      async *bookedIn(scope) {
        yield* [...settlements.values()].filter((settlement) => isBookedIn(scope, settlement));
      },
    },
    async *earnings(scope) {
      yield* earnings.filter((earning) => isBookedIn(scope, earning));
    },
    invoiced: async () => invoiced,
    async *unrecorded() {
      yield* unrecorded;
    },
    async *crashed() {},
  };
  return { views, archive, counters, settlements, earnings, invoiced, unrecorded };
};

export type Books = Awaited<ReturnType<typeof balancedBooks>>;
