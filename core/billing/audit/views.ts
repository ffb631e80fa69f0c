import type { Cell } from "../../admission/cell.ts";
import type { CustomerId, PriceId } from "../../identifiers.ts";
import type { Money } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import type { Replayed } from "../archive-replay.ts";
import type { CellClosings } from "../cell-closings.ts";
import type { Counters } from "../counters.ts";
import type { UsageEvent } from "../usage-event.ts";

/** Whose usage of which time: admitted from `from` on and before `until`, both starts of a quarter of an hour. */
export type AuditScope = {
  readonly customer: CustomerId;
  readonly from: EpochMs;
  readonly until: EpochMs;
};

/** A transfer by which the ledger earned what a cell spent: `amount` of it, up to `through` in all. */
export type Earning = {
  readonly transfer: string;
  readonly cell: string;
  /** Under which it is posted. */
  readonly hour: EpochMs;
  readonly amount: Money;
  readonly through: Money;
};

/** What invoices charge for usage of a model at a price version, before rounding and without discounts and commitments. */
export type InvoicedUsage = { readonly model: string; readonly price: PriceId; readonly amount: Money };

/**
 * The cells of the customer's wallet, of all regions, as they were at `seenAt`: before the archives are read, so that what
 * is closed meanwhile is in the archive already.
 */
export type WalletView = { readonly cells: readonly Cell[]; readonly seenAt: EpochMs };

/** Every region's archives, of all customers, in order; without what was stored before `since`. */
export interface Archives {
  usage(since: EpochMs): AsyncIterable<Replayed<UsageEvent>>;
  closings(since: EpochMs): AsyncIterable<Replayed<CellClosings>>;
}

/** The books that must agree with the archive and with each other, each read from where it is kept, none derived from another. */
export interface AuditedBooks {
  readonly counters: Pick<Counters, "list">;
  /** The ledger's earnings from usage, of hours from `from` on. */
  earnings(customer: CustomerId, from: EpochMs): AsyncIterable<Earning>;
  /** By a cell's name: how much of what it has ever spent the ledger says is posted. */
  posted(customer: CustomerId): Promise<Readonly<Record<string, Money>>>;
  /** Of usage in the scope, on whichever invoices; `undefined` where none was issued for just that time. */
  invoiced(scope: AuditScope): Promise<readonly InvoicedUsage[] | undefined>;
}
