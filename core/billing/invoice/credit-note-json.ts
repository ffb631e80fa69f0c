import { formatCents } from "../../money.ts";
import type { CreditNote } from "./credit-note.ts";

/** A credit note as JSON, written as `invoiceJson` writes invoices: fixed order, amounts as decimal text, a line feed at the end. */
export const creditNoteJson = (note: CreditNote): string =>
  `${JSON.stringify(
    {
      id: note.id,
      object: "credit_note",
      number: note.number,
      customer: note.customer,
      invoice: note.invoice,
      invoice_number: note.invoiceNumber,
      date: note.date,
      reason: note.reason,
      amount: formatCents(note.amount),
      off_due: formatCents(note.offDue),
      to_balance: formatCents(note.toBalance),
    },
    null,
    2,
  )}\n`;
