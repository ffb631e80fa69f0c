import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { type Money, add, negate, roundHalfEvenToCents, smaller, subtract, zero } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { creditWallet } from "../credit-wallet.ts";
import { type Grant, parseGrantId } from "../ledger/grant.ts";
import { post } from "../ledger/post.ts";
import { type Transfer, withoutZeros } from "../ledger/transfer.ts";
import { transferId } from "../ledger/transfer-id.ts";
import { dateAt } from "./billing-month.ts";
import type { BillingPorts } from "./billing-ports.ts";
import type { CreditNote, CreditNoteId } from "./credit-note.ts";
import type { Invoice } from "./invoice.ts";
import { type InvoiceId, creditNoteNumber } from "./invoice-id.ts";
import { freedBetween } from "./used-on-credit.ts";
import { outstanding, waivedBy } from "./pay-invoice.ts";

export type CreditNoteRequest = {
  readonly id: CreditNoteId;
  readonly customer: CustomerId;
  readonly invoice: InvoiceId;
  readonly amount: Money;
  readonly reason: string;
};

export type CreditNoteRefusal =
  | "not_found"
  | "not_issued"
  | "amount_not_positive"
  | "amount_not_cents"
  | "amount_exceeds_invoice"
  | "exists_with_other_content";

export type CreditNoteOutcome =
  | { readonly ok: true; readonly creditNote: CreditNote }
  | { readonly ok: false; readonly reason: CreditNoteRefusal };

type CreditNotePorts = Pick<BillingPorts, "ledger" | "invoices" | "wallet">;

/**
 * Gives back part of an issued invoice: first off what is still to be paid, which is credit that can be used again; the rest
 * to the customer's balance. Asking again with the same id finishes what a crash left, and changes nothing otherwise.
 */
export const issueCreditNote = async (
  ports: CreditNotePorts,
  request: CreditNoteRequest,
  now: EpochMs,
): Promise<CreditNoteOutcome> => {
  const { customer, amount } = request;
  const register = await ports.invoices.register(customer);
  const invoice = await ports.invoices.find(customer, request.invoice);
  if (!invoice) return { ok: false, reason: "not_found" };
  const notes = await ports.invoices.creditNotes(customer, request.invoice);
  const earlier = notes.find(({ id }) => id === request.id);
  if (earlier)
    return earlier.amount === amount
      ? bookCreditNote(ports, invoice, notes.slice(0, notes.indexOf(earlier)), earlier)
      : { ok: false, reason: "exists_with_other_content" };
  if (invoice.status === "draft" || invoice.status === "void") return { ok: false, reason: "not_issued" };
  const refusal = amountRefusal(amount, invoice, notes);
  if (refusal) return { ok: false, reason: refusal };

  const offDue = invoice.status === "issued" ? smaller(amount, outstanding(invoice, notes)) : zero;
  const lastCreditNoteNumber = register.lastCreditNoteNumber + 1;
  const creditNote: CreditNote = {
    ...request,
    number: creditNoteNumber(customer, lastCreditNoteNumber),
    invoiceNumber: invoice.number,
    date: dateAt(now, invoice.timeZone),
    issuedAt: now,
    offDue,
    toBalance: subtract(amount, offDue),
  };
  const next = { ...register, version: register.version + 1, lastCreditNoteNumber };
  return (await ports.invoices.commit(next, { creditNote }))
    ? bookCreditNote(ports, invoice, notes, creditNote)
    : issueCreditNote(ports, request, now);
};

const amountRefusal = (
  amount: Money,
  { totals }: Invoice,
  notes: readonly CreditNote[],
): CreditNoteRefusal | undefined => {
  if (amount <= 0n) return "amount_not_positive";
  if (roundHalfEvenToCents(amount) !== amount) return "amount_not_cents";
  const credited = add(amount, ...notes.map((note) => note.amount));
  return credited > totals.total ? "amount_exceeds_invoice" : undefined;
};

const bookCreditNote = async (
  { ledger, wallet }: CreditNotePorts,
  invoice: Invoice,
  before: readonly CreditNote[],
  creditNote: CreditNote,
): Promise<CreditNoteOutcome> => {
  const { id, customer, issuedAt, amount, offDue, toBalance } = creditNote;
  const refunded = toBalance > zero ? refund(creditNote) : undefined;
  const transfer: Transfer = {
    id: transferId("credit-note", id),
    customer,
    cause: "credit-note",
    at: issuedAt,
    postings: withoutZeros([
      { account: "revenue", amount: negate(amount) },
      { account: "receivable", amount: offDue },
      { account: "wallet", amount: toBalance },
    ]),
    draws: [],
  };
  const posted = await post(ledger, customer, transfer.id, ({ grants }) => ({
    transfer,
    grants: refunded ? [...grants, refunded] : grants,
  }));
  assert("transfer" in posted, `the credit note ${id} can be booked, but: ${posted.status}`);
  if (refunded) await creditWallet(wallet, customer, `grant:${refunded.id}`, refunded.amount);
  const waivedBefore = waivedBy(before);
  const freed = freedBetween(invoice, waivedBefore, add(waivedBefore, offDue));
  if (freed > zero) await creditWallet(wallet, customer, `credit-note:${id}`, freed);
  return { ok: true, creditNote };
};

/** Money that the customer paid: it never expires. */
const refund = ({ id, toBalance, issuedAt }: CreditNote): Grant => {
  const grant = parseGrantId(`grt_${id}`);
  assert(grant !== undefined, `${id} names a grant`);
  return {
    id: grant,
    kind: "paid",
    amount: toBalance,
    remaining: toBalance,
    priority: 0,
    createdAt: issuedAt,
  };
};
