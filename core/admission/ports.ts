import type { UsageEvent } from "../billing/usage-event.ts";
import type { LeaseId } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { Cell, CellKey } from "./cell.ts";
import type { LeaseWrite } from "./lease-write.ts";
import type { PurseId } from "./purse.ts";
import type { Credit, Debit, Transfer } from "./transfer.ts";

/** The cells of this process's region. Reads see every write that was acknowledged before. */
export interface Cells {
  find(key: CellKey): Promise<Cell | undefined>;
  /** All cells of a purse: this region's as they are, other regions' as they were last replicated. */
  ofPurse(purse: PurseId): Promise<readonly Cell[]>;
  /** Creates a cell that holds `funded`; one that is there stays as it is. */
  create(key: CellKey, funded: Money): Promise<void>;
  /**
   * All of the writes, or none. Rejects where the outcome is unknown.
   * A write that opens a lease and closes none must also withstand its own duplicate arriving minutes later, when the
   * lease may be closed already: the duplicate must change nothing.
   */
  write(writes: readonly LeaseWrite[]): Promise<LeaseWriteOutcome>;
}

/** `seen`: those of the cells that the store reports with its answer, as they are now; without that it has not looked. */
export type LeaseWriteOutcome = { readonly ok: boolean; readonly seen: readonly Cell[] };

/** What the requests of a lease cost, by the usage events on record: every write acknowledged before counts. */
export interface LeaseUsage {
  spentBy(lease: LeaseId): Promise<Money>;
  /** The same, with the progress of those requests that have no event: running ones, or dead ones if the lease is over. */
  recordOf(lease: LeaseId): Promise<LeaseRecord>;
  /** Stores an event unless its request has one. Resolves with the one that is on record then. */
  put(event: UsageEvent): Promise<UsageEvent>;
}

/** `unsettled`: progress records, each the event that its request leaves if nothing more is heard from it. */
export type LeaseRecord = { readonly spent: Money; readonly unsettled: readonly UsageEvent[] };

/** Money on its way between cells, and into them. */
export interface Transfers {
  /**
   * Debits the giver's cell and records the transfer, both or neither; once, however often it is called.
   * `false`: the cell has too little available.
   */
  give(transfer: Transfer): Promise<boolean>;
  /**
   * Credits the receiver's cell and records the receipt, both or neither.
   * `false`: it was received before, and nothing changed. Rejects where there is no such cell.
   */
  receive(credit: Credit): Promise<boolean>;
  /** Transfers to cells of `region` that have arrived there and are not received yet. */
  pending(purse: PurseId, region: string): Promise<readonly Transfer[]>;
}

/** Money that leaves a purse for good. */
export interface Debits {
  /**
   * Debits the cell and records the receipt, both or neither. `false`: nothing changed, because the cell has too little
   * available or because there is a debit of that id.
   */
  take(debit: Debit): Promise<boolean>;
  /** The debits of a region's cells whose ids begin with `cause`, every one that was acknowledged. */
  taken(purse: PurseId, region: string, cause: string): Promise<readonly Debit[]>;
}
