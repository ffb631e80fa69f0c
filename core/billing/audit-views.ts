import type { CustomerId, LeaseId, PriceId, RequestId } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { EpochMs } from "../time.ts";
import type { Replayed } from "./archive-replay.ts";
import type { Counters } from "./counters.ts";
import type { UsageEvent } from "./usage-event.ts";

/** Whose usage of which time: admitted from `from` on and before `until`, both starts of a quarter of an hour. */
export type AuditScope = {
  readonly customer: CustomerId;
  readonly from: EpochMs;
  readonly until: EpochMs;
};

/** What a lease of the customer's wallet cost it, as its cell says. A lease that is not closed has no settlement yet. */
export type Settlement = {
  readonly lease: LeaseId;
  /** The cell's name, as the ledger's transfers have it. */
  readonly cell: string;
  /** What closing the lease added to the cell's `spent`. */
  readonly spent: Money;
  readonly closedAt: EpochMs;
  /** The hour under which the ledger books it: its first instant. */
  readonly hour: EpochMs;
};

/** A transfer by which the ledger earned what a cell took in an hour. */
export type Earning = {
  readonly transfer: string;
  readonly cell: string;
  readonly hour: EpochMs;
  readonly amount: Money;
};

/** What invoices charge for usage of a model at a price version, before rounding and without discounts and commitments. */
export type InvoicedUsage = { readonly model: string; readonly price: PriceId; readonly amount: Money };

/** A request that was admitted and left no usage event: its process died. */
export type CrashedRequest = {
  readonly request: RequestId;
  readonly model: string;
  readonly admittedAt: EpochMs;
};

/** The views that must agree, each read from where it is kept, none derived from another. */
export interface AuditViews {
  /** Every region's archive, of all customers, in order. */
  archive(): AsyncIterable<Replayed>;
  readonly counters: Pick<Counters, "list">;
  readonly settlements: {
    of(lease: LeaseId): Promise<Settlement | undefined>;
    /** Those that the ledger books in hours of the scope. */
    bookedIn(scope: AuditScope): AsyncIterable<Settlement>;
    /** Whether the lease is still open: its requests may be running. */
    isOpen(lease: LeaseId): Promise<boolean>;
  };
  /** The ledger's earnings from usage, of hours in the scope. */
  earnings(scope: AuditScope): AsyncIterable<Earning>;
  /** Of usage in the scope, on whichever invoices; `undefined` where none was issued yet. */
  invoiced(scope: AuditScope): Promise<readonly InvoicedUsage[] | undefined>;
  /** Events that could not be stored and went to the log, by the time of their admission. */
  unrecorded(scope: AuditScope): AsyncIterable<UsageEvent>;
  /** Requests known to have been admitted without an event, where something was written of them before they crashed. */
  crashed(scope: AuditScope): AsyncIterable<CrashedRequest>;
}
