import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { add, negate } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { post } from "../ledger/post.ts";
import type { Transfer } from "../ledger/transfer.ts";
import { transferId } from "../ledger/transfer-id.ts";
import type { BillingPorts } from "./billing-ports.ts";
import { closingPostings } from "./closing-postings.ts";
import type { Invoice } from "./invoice.ts";
import type { InvoiceId } from "./invoice-id.ts";
import { freedAtIssue } from "./used-on-credit.ts";

type VoidRefusal = "not_found" | "not_issued" | "paid" | "has_credit_notes" | "credit_was_given";

export type Voiding =
  | { readonly ok: true; readonly invoice: Invoice }
  | { readonly ok: false; readonly reason: VoidRefusal };

type VoidPorts = Pick<BillingPorts, "ledger" | "invoices">;

/**
 * Takes back an invoice that should not have been issued. It keeps its number, its closing is booked in reverse, and its
 * usage is billed by the customer's next invoice: until that is paid the credit that it used stays used. To let a customer off, issue a credit note instead.
 */
export const voidInvoice = async (
  ports: VoidPorts,
  customer: CustomerId,
  id: InvoiceId,
  reason: string,
  now: EpochMs,
): Promise<Voiding> => {
  const register = await ports.invoices.register(customer);
  const invoice = await ports.invoices.find(customer, id);
  if (!invoice) return { ok: false, reason: "not_found" };
  if (invoice.status === "void") return bookReversal(ports, invoice, invoice.voidedAt);
  const refusal = await voidRefusal(ports, invoice);
  if (refusal || invoice.status !== "issued") return { ok: false, reason: refusal ?? "not_issued" };

  const voided: Invoice = { ...invoice, status: "void", voidedAt: now, reason };
  const next = {
    ...register,
    version: register.version + 1,
    // Credit that the invoice showed as used is shown by the one that bills its usage again.
    creditCarried:
      invoice.terms === "prepaid"
        ? register.creditCarried
        : add(register.creditCarried, invoice.totals.settledExact),
  };
  const committed = await ports.invoices.commit(next, { invoice: voided });
  return committed ? bookReversal(ports, voided, now) : voidInvoice(ports, customer, id, reason, now);
};

const voidRefusal = async ({ invoices }: VoidPorts, invoice: Invoice): Promise<VoidRefusal | undefined> => {
  if (invoice.status === "draft") return "not_issued";
  if (invoice.status === "paid") return "paid";
  // It may be spent already.
  if (invoice.totals.credited > 0n || freedAtIssue(invoice) > 0n) return "credit_was_given";
  const notes = await invoices.creditNotes(invoice.customer, invoice.id);
  return notes.length > 0 ? "has_credit_notes" : undefined;
};

const bookReversal = async ({ ledger }: VoidPorts, invoice: Invoice, at: EpochMs): Promise<Voiding> => {
  const { id, customer } = invoice;
  const postings = closingPostings(invoice).map(({ account, amount }) => ({
    account,
    amount: negate(amount),
  }));
  if (postings.length === 0) return { ok: true, invoice };
  const transfer: Transfer = { id: transferId("void", id), customer, cause: "void", at, postings, draws: [] };
  const posted = await post(ledger, customer, transfer.id, ({ grants }) => ({ transfer, grants }));
  assert("transfer" in posted, `the closing of ${id} can be reversed, but: ${posted.status}`);
  return { ok: true, invoice };
};
