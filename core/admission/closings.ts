import type { EpochMs } from "../time.ts";
import type { Cell } from "./cell.ts";
import { finalSpending } from "./final-spending.ts";
import { type HeldLease, isDrained } from "./held-lease.ts";
import type { LeaseRules } from "./lease-rules.ts";
import type { Closing } from "./lease-write.ts";
import type { LeaseUsage } from "./ports.ts";

/** What one write closes besides the writer's own leases. Keeps it small; the next write goes on. */
const expiredPerWriteMax = 8;

/** The writer's own leases among those that the cell holds: it knows what they have spent. */
export const ownClosings = (cell: Cell, drained: readonly HeldLease[]): readonly Closing[] =>
  drained
    .filter(({ id }) => cell.grants.has(id))
    .map(({ id, amount, spent }) => ({ lease: id, amount, spent }));

/**
 * Leases that their holders have left behind: crashed, frozen or gone. Nobody uses them any more, so their usage
 * events are complete but for those of requests that died, and what they leave is money that somebody else can use.
 */
export const expiredClosings = async (
  { usage, rules }: { readonly usage: LeaseUsage; readonly rules: LeaseRules },
  cell: Cell,
  own: readonly HeldLease[],
  now: EpochMs,
): Promise<readonly Closing[]> => {
  const known = new Set(own.filter(isDrained).map(({ id }) => id));
  const expired = [...cell.grants]
    .filter(([lease, grant]) => rules.isOver(grant, now) && !known.has(lease))
    .slice(0, expiredPerWriteMax);
  return Promise.all(
    expired.map(async ([lease, { amount }]) => ({
      lease,
      amount,
      spent: await finalSpending(usage, lease),
      expired: true as const,
    })),
  );
};
