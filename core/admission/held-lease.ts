import type { LeaseId } from "../identifiers.ts";
import { type Money, picodollars, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import type { CellKey } from "./cell.ts";

/**
 * A lease as its holder, one process, knows it: the same amount is granted to it in each of its cells, because a
 * request's cost counts against every purse. Always: `held + spent <= amount`.
 */
export type HeldLease = {
  readonly id: LeaseId;
  readonly cells: readonly CellKey[];
  readonly amount: Money;
  readonly expiresAt: EpochMs;
  /** Opened near exhaustion, for one request: closed as soon as that has ended. */
  readonly isScarce: boolean;
  /** Worst-case cost of the requests in flight. */
  held: Money;
  /** Cost of the requests that have ended. */
  spent: Money;
};

export const freeIn = ({ amount, held, spent }: HeldLease): Money => picodollars(amount - held - spent);

/** Without requests in flight: its holder knows what it has spent, to the last picodollar, and may close it. */
export const isDrained = (lease: HeldLease): boolean => lease.held === zero;
