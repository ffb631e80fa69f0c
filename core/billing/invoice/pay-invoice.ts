import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { type Money, add, negate, subtract, zero } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { creditWallet } from "../credit-wallet.ts";
import { post } from "../ledger/post.ts";
import type { Transfer } from "../ledger/transfer.ts";
import { transferId } from "../ledger/transfer-id.ts";
import type { BillingPorts } from "./billing-ports.ts";
import type { CreditNote } from "./credit-note.ts";
import type { Invoice } from "./invoice.ts";
import type { InvoiceId } from "./invoice-id.ts";
import { freedByPayment } from "./used-on-credit.ts";

export type Payment =
  | { readonly ok: true; readonly invoice: Invoice }
  | { readonly ok: false; readonly reason: "not_found" | "not_issued" | "void" };

type PaymentPorts = Pick<BillingPorts, "ledger" | "invoices" | "wallet">;

/**
 * Marks an invoice as paid in full, books the payment, and makes the credit that its usage took usable again. The mark comes
 * first: it decides between a payment and a void that happen at once. Running it again finishes what a crash left, and changes nothing otherwise.
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
  subtract(totals.due, waivedBy(notes));

/** What credit notes have taken off what is due. */
export const waivedBy = (notes: readonly CreditNote[]): Money => add(...notes.map(({ offDue }) => offDue));

const bookPayment = async (
  { ledger, invoices, wallet }: PaymentPorts,
  invoice: Invoice,
  at: EpochMs,
): Promise<Invoice> => {
  const { id, customer } = invoice;
  // Final: whatever is credited after the mark goes to the balance.
  const notes = await invoices.creditNotes(customer, id);
  const amount = outstanding(invoice, notes);
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
  const freed = freedByPayment(invoice, waivedBy(notes));
  if (freed > zero) await creditWallet(wallet, customer, `payment:${id}`, freed);
  return invoice;
};
