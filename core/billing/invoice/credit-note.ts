import type { Brand } from "../../brand.ts";
import type { CustomerId } from "../../identifiers.ts";
import type { Money } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import type { InvoiceId } from "./invoice-id.ts";

/** `crn_` and a name that the caller chose: asking twice makes one credit note. */
export type CreditNoteId = Brand<string, "crn">;

/** Takes back part of an issued invoice, which itself stays as it was issued. */
export type CreditNote = {
  readonly id: CreditNoteId;
  readonly number: string;
  readonly customer: CustomerId;
  readonly invoice: InvoiceId;
  readonly invoiceNumber: string;
  /** The calendar date on which it was issued, where the customer is. */
  readonly date: string;
  readonly issuedAt: EpochMs;
  readonly reason: string;
  /** Whole cents, above zero: `offDue` + `toBalance`. */
  readonly amount: Money;
  /** The part that lowers what is still to be paid for the invoice. */
  readonly offDue: Money;
  /** The part that was paid already and goes back to the balance. */
  readonly toBalance: Money;
};

export const parseCreditNoteId = (text: string): CreditNoteId | undefined =>
  /^crn_[A-Za-z0-9_-]{1,64}$/.test(text) ? (text as CreditNoteId) : undefined;
