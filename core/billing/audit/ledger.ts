import { type Money, subtract, zero } from "../../money.ts";
import { type EpochMs, epochMs } from "../../time.ts";
import type { ClosingChain } from "./closing-chains.ts";
import { type AuditBreak, type LinkFinding, dollars, finding, moment } from "./report.ts";
import type { Earning } from "./views.ts";

/**
 * Compares each cell with what the ledger earned from it. A cell's transfers join without a gap, and each ends where a
 * closing ended; so what each earned is the sum of closings that can be named.
 */
export const auditLedger = (
  chains: readonly ClosingChain[],
  earnings: readonly Earning[],
  posted: Readonly<Record<string, Money>>,
  now: EpochMs,
): LinkFinding => {
  const byCell = Map.groupBy(earnings, ({ cell }) => cell);
  const breaks = chains.flatMap((chain) => {
    const transfers = (byCell.get(chain.cell) ?? []).toSorted((one, other) =>
      one.through < other.through ? -1 : 1,
    );
    return compare(chain, transfers, posted[chain.cell] ?? zero, now);
  });
  return finding("cells = ledger", chains.length + earnings.length, breaks);
};

/** It is posted every hour; this leaves time for a run that failed. */
const postedWithinMs = 3 * 60 * 60_000;

const compare = (
  { cell, spent, closings }: ClosingChain,
  transfers: readonly Earning[],
  posted: Money,
  now: EpochMs,
): readonly AuditBreak[] => {
  const breaks: AuditBreak[] = [];
  const [oldest] = closings;
  const ends = new Set([oldest?.spentBefore, ...closings.map(({ spentAfter }) => spentAfter)]);
  const [first] = transfers;
  const earnedFrom = first ? subtract(first.through, first.amount) : posted;
  if (oldest && posted > oldest.spentBefore && earnedFrom > oldest.spentBefore)
    breaks.push({
      subject: oldest.leases[0]?.lease ?? cell,
      message: `The book says that ${dollars(posted)} of what cell ${cell} spent is posted, but no transfer earned what was taken at ${moment(oldest.closedAt)}.`,
    });
  let reached: Money | undefined;
  for (const { transfer, amount, through } of transfers) {
    if (reached !== undefined && subtract(through, amount) !== reached)
      breaks.push({
        subject: transfer,
        message: `Transfer ${transfer} earned from ${dollars(subtract(through, amount))} to ${dollars(through)} of what cell ${cell} spent; the transfer before it ended at ${dollars(reached)}.`,
      });
    if (oldest && through > oldest.spentBefore && !ends.has(through))
      breaks.push({
        subject: transfer,
        message: `Transfer ${transfer} earned up to ${dollars(through)} of what cell ${cell} spent, but no closing of a lease ended there.`,
      });
    reached = through;
  }
  if (reached !== undefined && reached !== posted)
    breaks.push({
      subject: transfers.at(-1)?.transfer ?? cell,
      message: `The book says that ${dollars(posted)} of what cell ${cell} spent is posted; its transfers come to ${dollars(reached)}.`,
    });
  if (posted > spent && posted > (closings.at(-1)?.spentAfter ?? zero))
    breaks.push({
      subject: cell,
      message: `The ledger earned ${dollars(posted)} from cell ${cell}, which has spent only ${dollars(spent)}.`,
    });
  const overdue = closings.find(
    ({ spentAfter, closedAt }) => spentAfter > posted && epochMs(closedAt + postedWithinMs) <= now,
  );
  if (overdue)
    breaks.push({
      subject: overdue.leases[0]?.lease ?? cell,
      message: `Cell ${cell} took ${dollars(subtract(overdue.spentAfter, overdue.spentBefore))} at ${moment(overdue.closedAt)}, which the ledger has not posted; the first lease is ${overdue.leases[0]?.lease}.`,
    });
  return breaks;
};
