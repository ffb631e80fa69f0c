import { type Cell, cellName } from "../../core/admission/cell.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { audit } from "../../core/billing/audit/audit.ts";
import { gatherEvidence } from "../../core/billing/audit/evidence.ts";
import type { AuditReport } from "../../core/billing/audit/report.ts";
import type { AuditScope, AuditedBooks, Earning, InvoicedUsage } from "../../core/billing/audit/views.ts";
import type { ArchiveCodec, ArchiveStore } from "../../core/billing/archive.ts";
import { archiveAppender } from "../../core/billing/archive-append.ts";
import { replayArchive } from "../../core/billing/archive-replay.ts";
import type { CellClosings } from "../../core/billing/cell-closings.ts";
import { applyToCounters } from "../../core/billing/counters-apply.ts";
import { hourMs, startOfHour } from "../../core/billing/counters-key.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { add, zero } from "../../core/money.ts";
import { type EpochMs, epochMs } from "../../core/time.ts";
import { closingsArchiveCodec, usageArchiveCodec } from "../../functions/adapters/s3/archive-codec.ts";
import { memoryArchive } from "./memory-archive.ts";
import { memoryCounters } from "./memory-counters.ts";
import { present } from "./present.ts";
import { sampleNow } from "./samples.ts";
import { numbered, sampleCustomers, sequenceNumber, usageEvent } from "./usage-events.ts";

/** Events come back as they were written: how they are parsed is not what an audit is about. */
const usageCodec: ArchiveCodec<UsageEvent> = {
  ...usageArchiveCodec,
  readEvent: (value) => value as UsageEvent,
};

const [customer = usageEvent(0).customer] = sampleCustomers;

/** Two hours, in the middle of which leases cross the hour. */
export const auditScope: AuditScope = {
  customer,
  from: epochMs(sampleNow - hourMs),
  until: epochMs(sampleNow + hourMs),
};

/** Long after all of it. */
export const auditNow = epochMs(sampleNow + 24 * hourMs);

const shard = { region: "eu-west-1", shard: "shard-1" };

/** What the cells of a wallet would be after closing each lease once, and what the stream of their changes says of it. */
const closeLeases = (events: readonly UsageEvent[]) => {
  const cells = [0, 1].map((index): { cell: Cell } => ({
    cell: {
      key: { purse: walletPurse(customer).id, region: "eu-west-1", shard: index },
      funded: zero,
      available: zero,
      spent: zero,
      grants: new Map(),
    },
  }));
  const closings: CellClosings[] = [];
  for (const [lease, group] of Map.groupBy(events, (event) => event.lease)) {
    const closedAt = epochMs(Math.max(...group.map(({ endedAt }) => endedAt)));
    const spent = add(...group.map(({ cost }) => cost));
    const holder = present(cells[closings.length % 2]);
    const spentBefore = holder.cell.spent;
    holder.cell = { ...holder.cell, spent: add(spentBefore, spent) };
    const leases = [{ lease, spent, expired: false }];
    closings.push({
      customer,
      cell: cellName(holder.cell.key),
      closedAt,
      spentBefore,
      spentAfter: holder.cell.spent,
      leases,
    });
  }
  return { cells: cells.map(({ cell }) => cell), closings };
};

/** One transfer per closing that took something, as a ledger posts that looks after each. */
const earn = (closings: readonly CellClosings[]): Earning[] =>
  closings.flatMap(({ cell, spentBefore, spentAfter, closedAt }, index) =>
    spentAfter === spentBefore
      ? []
      : {
          transfer: `usage#${index}#${cell}`,
          cell,
          hour: startOfHour(closedAt),
          amount: add(...(closings[index]?.leases ?? []).map(({ spent }) => spent)),
          through: spentAfter,
        },
  );

/** Books in which everything agrees, made from events as the platform makes them; tests then falsify one. */
export const balancedBooks = async (events: readonly UsageEvent[]) => {
  const archive = memoryArchive();
  const append = archiveAppender(archive, usageCodec);
  const counters = memoryCounters();
  const records = numbered(events);
  for (let start = 0; start < records.length; start += 4) {
    const batch = records.slice(start, start + 4);
    await append(shard, batch);
    await applyToCounters(counters, shard.shard, batch, sampleNow);
  }
  const own = events.filter((event) => event.customer === customer);
  const { cells, closings } = closeLeases(own);
  const earnings = earn(closings);
  const posted = Object.fromEntries(cells.map(({ key, spent }) => [cellName(key), spent]));
  const used = own.filter(({ admittedAt }) => admittedAt >= auditScope.from && admittedAt < auditScope.until);
  const invoiced: InvoicedUsage[] = used.map(({ model, price, cost }) => ({ model, price, amount: cost }));
  return { archive, counters, cells, closings, earnings, posted, invoiced };
};

export type Books = Awaited<ReturnType<typeof balancedBooks>>;

/** Archives the closings as they now are, and audits. */
export const auditOf = async (
  { archive, ...books }: Books,
  change: Partial<AuditedBooks> = {},
  now: EpochMs = auditNow,
): Promise<AuditReport> => {
  const store: ArchiveStore = archive;
  const records = books.closings.map((event, index) => ({ sequence: sequenceNumber(index + 1), event }));
  await archiveAppender(store, closingsArchiveCodec)(shard, records);
  const evidence = await gatherEvidence(
    {
      usage: (since) => replayArchive(store, usageCodec, since),
      closings: (since) => replayArchive(store, closingsArchiveCodec, since),
    },
    [auditScope],
  );
  const read: AuditedBooks = {
    counters: books.counters,
    async *earnings() {
      yield* books.earnings;
    },
    posted: async () => books.posted,
    invoiced: async () => books.invoiced,
    ...change,
  };
  const wallet = { cells: books.cells, seenAt: now };
  return audit(read, auditScope, wallet, present(evidence.get(customer)));
};
