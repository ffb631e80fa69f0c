import type { CustomerId } from "../../identifiers.ts";
import { type Money, zero } from "../../money.ts";
import type { BillingMonth } from "./billing-month.ts";
import type { CreditNote } from "./credit-note.ts";
import type { Invoice } from "./invoice.ts";
import type { InvoiceId } from "./invoice-id.ts";

/**
 * How far a customer's invoicing has come. Every document is written together with it and only on top of the version that
 * it was made from: so months close in order, one at a time, and numbers have no gaps.
 */
export type InvoiceRegister = {
  readonly customer: CustomerId;
  readonly version: number;
  /** The latest month that was closed or is being closed; absent: none was. */
  readonly closedThrough?: BillingMonth;
  readonly lastInvoiceNumber: number;
  readonly lastCreditNoteNumber: number;
  /** Exact: drawn from grants by a postpaid customer and not shown on an invoice yet. */
  readonly creditCarried: Money;
};

export const emptyRegister = (customer: CustomerId): InvoiceRegister => ({
  customer,
  version: 0,
  lastInvoiceNumber: 0,
  lastCreditNoteNumber: 0,
  creditCarried: zero,
});

/** What is written with a register; nothing for a month in which nothing is to be billed. */
export type InvoiceWrite =
  | { readonly invoice: Invoice }
  | { readonly creditNote: CreditNote }
  | { readonly nothing: true };

export interface Invoices {
  /** Sees every write that was acknowledged; an empty register before the first. */
  register(customer: CustomerId): Promise<InvoiceRegister>;
  find(customer: CustomerId, id: InvoiceId): Promise<Invoice | undefined>;
  /** All of a customer's invoices, oldest month first. */
  list(customer: CustomerId): Promise<readonly Invoice[]>;
  /** The credit notes of one invoice, in the order of their numbers. */
  creditNotes(customer: CustomerId, invoice: InvoiceId): Promise<readonly CreditNote[]>;
  /**
   * Writes the document and the register, both or neither. `false`: the stored register is not the one before `next`; read
   * again and decide anew. Rejects where the outcome is unknown.
   */
  commit(next: InvoiceRegister, write: InvoiceWrite): Promise<boolean>;
}
