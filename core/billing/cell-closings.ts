import type { CustomerId, LeaseId } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { EpochMs } from "../time.ts";

/** What a lease took from a cell when it was closed. */
export type ClosedLease = {
  readonly lease: LeaseId;
  readonly spent: Money;
  /** It ran out and was closed for its holder: what a process that died had in flight is not in `spent`. */
  readonly expired: boolean;
};

/** What one write to a cell of a wallet closed, as the store's own stream of changes says it: evidence, written by nobody. */
export type CellClosings = {
  readonly customer: CustomerId;
  /** The cell's name, as the ledger's transfers have it. */
  readonly cell: string;
  readonly closedAt: EpochMs;
  /** All that the cell had ever spent, before the write and after it: closings of a cell join without a gap. */
  readonly spentBefore: Money;
  readonly spentAfter: Money;
  readonly leases: readonly ClosedLease[];
};
