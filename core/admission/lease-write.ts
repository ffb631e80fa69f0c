import type { LeaseId } from "../identifiers.ts";
import { type Money, add, picodollars, zero } from "../money.ts";
import type { Cell, CellKey, Grant } from "./cell.ts";

/** A lease's end: what it was granted goes back, less what its requests cost. */
export type Closing = {
  readonly lease: LeaseId;
  readonly amount: Money;
  readonly spent: Money;
  /** It ran out, and somebody else closes it for its holder, who may have died with requests in flight. */
  readonly expired?: true;
};

/** One write to one cell: closes leases, opens one, or both at once. */
export type LeaseWrite = {
  readonly cell: CellKey;
  readonly open?: { readonly lease: LeaseId; readonly grant: Grant };
  readonly close: readonly Closing[];
};

/** What the closings give back to `available`. */
export const returnedBy = (close: readonly Closing[]): Money =>
  picodollars(close.reduce<bigint>((sum, { amount, spent }) => sum + amount - spent, 0n));

export const spentBy = (close: readonly Closing[]): Money => add(...close.map(({ spent }) => spent));

/** By how much `available` changes; negative where more is granted than comes back. */
export const netOf = ({ open, close }: LeaseWrite): Money =>
  picodollars(returnedBy(close) - (open?.grant.amount ?? zero));

/**
 * The cell after the write; `undefined` where it is refused: a lease to close is not open (someone has closed it, and
 * closing twice would pay it back twice), the lease to open is open already, or there is too little to open it with.
 * The DynamoDB store says the same in one conditional expression; a suite proves the two equal.
 */
export const applyLeaseWrite = (cell: Cell, write: LeaseWrite): Cell | undefined => {
  const { open, close } = write;
  if (close.some(({ lease }) => !cell.grants.has(lease))) return undefined;
  const available = picodollars(cell.available + netOf(write));
  const grants = new Map(cell.grants);
  for (const { lease } of close) grants.delete(lease);
  if (open) {
    if (cell.grants.has(open.lease) || available < zero) return undefined;
    grants.set(open.lease, open.grant);
  }
  return { ...cell, available, spent: add(cell.spent, spentBy(close)), grants };
};
