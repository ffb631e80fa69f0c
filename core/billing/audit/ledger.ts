import { type Money, larger, subtract, zero } from "../../money.ts";
import { type EpochMs, epochMs } from "../../time.ts";
import type { ClosingChain } from "./closing-chains.ts";
import { type AuditBreak, type LinkFinding, dollars, finding, moment } from "./report.ts";
import type { Earning } from "./views.ts";

/**
 * Compares each cell with what the ledger earned from it. A cell's transfers join without a gap, and each ends where a
 * closing ended; so what each earned is the sum of closings that can be named. `since`: from when on closings are known.
 */
export const auditLedger = (
  chains: readonly ClosingChain[],
  earnings: readonly Earning[],
  posted: Readonly<Record<string, Money>>,
  since: EpochMs,
  now: EpochMs,
): LinkFinding => {
  const byCell = Map.groupBy(earnings, ({ cell }) => cell);
  const breaks = chains.flatMap((chain) => {
    const transfers = (byCell.get(chain.cell) ?? []).toSorted((one, other) =>
      one.through < other.through ? -1 : 1,
    );
    const mark = posted[chain.cell] ?? zero;
    return [
      ...transferBreaks(chain, transfers, mark),
      ...evidenceBreaks(chain, transfers, mark, since),
      ...overdueBreaks(chain, mark, now),
    ];
  });
  return finding("cells = ledger", chains.length + earnings.length, breaks);
};

/** Where a cell's transfers do not join, to each other or to what the book says is posted. */
const transferBreaks = (
  { cell, spent, closings }: ClosingChain,
  transfers: readonly Earning[],
  posted: Money,
): readonly AuditBreak[] => {
  const breaks: AuditBreak[] = [];
  let reached: Money | undefined;
  for (const { transfer, amount, through } of transfers) {
    if (reached !== undefined && subtract(through, amount) !== reached)
      breaks.push({
        subject: transfer,
        message: `Transfer ${transfer} earned from ${dollars(subtract(through, amount))} to ${dollars(through)} of what cell ${cell} spent; the transfer before it ended at ${dollars(reached)}.`,
      });
    reached = through;
  }
  if (reached !== undefined && reached !== posted)
    breaks.push({
      subject: transfers.at(-1)?.transfer ?? cell,
      message: `The book says that ${dollars(posted)} of what cell ${cell} spent is posted; its transfers come to ${dollars(reached)}.`,
    });
  const spentMost = larger(spent, closings.at(-1)?.spentAfter ?? zero);
  if (posted > spentMost)
    breaks.push({
      subject: cell,
      message: `The ledger earned ${dollars(posted)} from cell ${cell}, which has spent only ${dollars(spentMost)}.`,
    });
  return breaks;
};

/** A posting earns what was closed in the two hours before it at most: then its closings are in the archive that was read. */
const knownAfterMs = 60 * 60_000;

/** What was earned, or spent, without a closing in the archive that says so. */
const evidenceBreaks = (
  { cell, spent, closings }: ClosingChain,
  transfers: readonly Earning[],
  posted: Money,
  since: EpochMs,
): readonly AuditBreak[] => {
  const [oldest] = closings;
  const ends = new Set(closings.map(({ spentAfter }) => spentAfter));
  const unfounded = transfers.filter(
    ({ through, hour }) =>
      !ends.has(through) &&
      (hour >= epochMs(since + knownAfterMs) || (oldest !== undefined && through > oldest.spentBefore)),
  );
  const breaks = unfounded.map(({ transfer, through }) => ({
    subject: transfer,
    message: `Transfer ${transfer} earned up to ${dollars(through)} of what cell ${cell} spent, but no closing of a lease that is archived ended there.`,
  }));
  const [first] = transfers;
  const earnedFrom = first ? subtract(first.through, first.amount) : posted;
  if (oldest && posted > oldest.spentBefore && earnedFrom > oldest.spentBefore)
    breaks.push({
      subject: oldest.leases[0]?.lease ?? cell,
      message: `The book says that ${dollars(posted)} of what cell ${cell} spent is posted, but no transfer earned what was taken at ${moment(oldest.closedAt)}.`,
    });
  if (!oldest && spent > posted)
    breaks.push({
      subject: cell,
      message: `Cell ${cell} has spent ${dollars(subtract(spent, posted))} more than is posted, and no closing of that time is archived.`,
    });
  return breaks;
};

/** It is posted every hour; this leaves time for a run that failed. */
const postedWithinMs = 3 * 60 * 60_000;

const overdueBreaks = (
  { cell, closings }: ClosingChain,
  posted: Money,
  now: EpochMs,
): readonly AuditBreak[] => {
  const overdue = closings.find(
    ({ spentAfter, closedAt }) => spentAfter > posted && epochMs(closedAt + postedWithinMs) <= now,
  );
  if (!overdue) return [];
  const { spentBefore, spentAfter, closedAt, leases } = overdue;
  const [first] = leases;
  return [
    {
      subject: first?.lease ?? cell,
      message: `Cell ${cell} took ${dollars(subtract(spentAfter, spentBefore))} at ${moment(closedAt)}, which the ledger has not posted; the first lease is ${first?.lease}.`,
    },
  ];
};
