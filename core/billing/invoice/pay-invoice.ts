import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { type Money, add, negate, subtract } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { post } from "../ledger/post.ts";
import type { Transfer } from "../ledger/transfer.ts";
import { transferId } from "../ledger/transfer-id.ts";
import type { BillingPorts } from "./billing-ports.ts";
import type { CreditNote } from "./credit-note.ts";
import type { Invoice } from "./invoice.ts";
import type { InvoiceId } from "./invoice-id.ts";

export type Payment =
  | { readonly ok: true; readonly invoice: Invoice }
  | { readonly ok: false; readonly reason: "not_found" | "not_issued" | "void" };

type PaymentPorts = Pick<BillingPorts, "ledger" | "invoices">;

/**
 * Marks an invoice as paid in full and books the payment. The mark comes first: it decides between a payment and a void
 * that happen at once. Running it again finishes what a crash left, and changes nothing otherwise.
 */
export const payInvoice = async (
  ports: PaymentPorts,
  customer: CustomerId,
  id: InvoiceId,
  now: EpochMs,
): Promise<Payment> => {
  const register = await ports.invoices.register(customer);
  const invoice = await ports.invoices.find(customer, id);
  if (!invoice) return { ok: false, reason: "not_found" };
  if (invoice.status === "draft") return { ok: false, reason: "not_issued" };
  if (invoice.status === "void") return { ok: false, reason: "void" };
  if (invoice.status === "issued") {
    const paid: Invoice = { ...invoice, status: "paid", paidAt: now };
    const next = { ...register, version: register.version + 1 };
    if (!(await ports.invoices.commit(next, { invoice: paid }))) return payInvoice(ports, customer, id, now);
    return { ok: true, invoice: await bookPayment(ports, paid, now) };
  }
  return { ok: true, invoice: await bookPayment(ports, invoice, invoice.paidAt) };
};

/** What is left to pay of an invoice. */
export const outstanding = ({ totals }: Invoice, notes: readonly CreditNote[]): Money =>
  subtract(totals.due, add(...notes.map(({ offDue }) => offDue)));

const bookPayment = async (
  { ledger, invoices }: PaymentPorts,
  invoice: Invoice,
  at: EpochMs,
): Promise<Invoice> => {
  const { id, customer } = invoice;
  const amount = outstanding(invoice, await invoices.creditNotes(customer, id));
  if (amount === 0n) return invoice;
  const transfer: Transfer = {
    id: transferId("payment", id),
    customer,
    cause: "payment",
    at,
    postings: [
      { account: "clearing", amount: negate(amount) },
      { account: "receivable", amount },
    ],
    draws: [],
  };
  const posted = await post(ledger, customer, transfer.id, ({ grants }) => ({ transfer, grants }));
  assert("transfer" in posted, `the payment of ${id} can be booked, but: ${posted.status}`);
  return invoice;
};
