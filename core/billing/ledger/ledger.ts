import type { CustomerId } from "../../identifiers.ts";
import type { EpochMs } from "../../time.ts";
import type { AccountBook } from "./account-book.ts";
import type { Transfer } from "./transfer.ts";
import type { TransferId } from "./transfer-id.ts";

/** Where transfers are kept: append-only. Nothing here changes or removes one. */
export interface Ledger {
  find(customer: CustomerId, id: TransferId): Promise<Transfer | undefined>;
  /** The customer's book; an empty one before the first transfer. Sees every write that was acknowledged. */
  book(customer: CustomerId): Promise<AccountBook>;
  /**
   * Appends a transfer and replaces the book, both or neither. `false`: the id is taken, or the stored book is not the one
   * before `next`; read again and decide anew. Rejects where the outcome is unknown; repeating it is then safe.
   */
  append(transfer: Transfer, next: AccountBook): Promise<boolean>;
  /** The customer's usage transfers of hours from `from` on and before `until`, in the order of the hours. */
  listUsage(customer: CustomerId, from: EpochMs, until: EpochMs): AsyncIterable<Transfer>;
  /** All of a customer's transfers, in the order of their ids. */
  list(customer: CustomerId): AsyncIterable<Transfer>;
}
