import { assert } from "../../assert.ts";
import { type Money, zero } from "../../money.ts";
import { creditWallet } from "../credit-wallet.ts";
import type { Grant } from "../ledger/grant.ts";
import { parseGrantId } from "../ledger/grant.ts";
import { post } from "../ledger/post.ts";
import type { Transfer } from "../ledger/transfer.ts";
import { transferId } from "../ledger/transfer-id.ts";
import type { BillingPorts } from "./billing-ports.ts";
import { closingPostings } from "./closing-postings.ts";
import type { Invoice, InvoiceContent } from "./invoice.ts";
import { invoiceNumber } from "./invoice-id.ts";
import { freedAtIssue } from "./used-on-credit.ts";

type IssuePorts = Pick<BillingPorts, "ledger" | "invoices" | "wallet">;

/**
 * Books a draft, gives back what it credits, and gives it the customer's next number. The number comes last, so that an
 * invoice that has one is done, and is returned as it is.
 */
export const issueInvoice = async (ports: IssuePorts, invoice: Invoice): Promise<Invoice> => {
  if (invoice.status !== "draft") return invoice;
  const { customer, totals } = invoice;
  const credited = totals.credited > zero ? refund(invoice, totals.credited) : undefined;
  await bookClosing(ports, invoice, credited);
  if (credited) await creditWallet(ports.wallet, customer, `grant:${credited.id}`, credited.amount);
  const freed = freedAtIssue(invoice);
  if (freed > zero) await creditWallet(ports.wallet, customer, `invoice:${invoice.id}`, freed);
  return number(ports, invoice);
};

const bookClosing = async (
  { ledger }: Pick<IssuePorts, "ledger">,
  invoice: InvoiceContent,
  credited: Grant | undefined,
): Promise<void> => {
  const postings = closingPostings(invoice);
  if (postings.length === 0) return;
  const { id, customer, until } = invoice;
  const transfer: Transfer = {
    id: transferId("invoice", id),
    customer,
    cause: "invoice",
    at: until,
    postings,
    draws: [],
  };
  const posted = await post(ledger, customer, transfer.id, ({ grants }) => ({
    transfer,
    grants: credited ? [...grants, credited] : grants,
  }));
  assert("transfer" in posted, `the closing of ${id} can be booked, but: ${posted.status}`);
};

/** A discount on usage that was paid for is money of the customer's: it never expires. */
const refund = ({ id, until }: InvoiceContent, amount: Money): Grant => {
  const grant = parseGrantId(`grt_${id}`);
  assert(grant !== undefined, `${id} names a grant`);
  return { id: grant, kind: "paid", amount, remaining: amount, priority: 0, createdAt: until };
};

const number = async (
  { invoices }: Pick<IssuePorts, "invoices">,
  draft: InvoiceContent,
): Promise<Invoice> => {
  const register = await invoices.register(draft.customer);
  const lastInvoiceNumber = register.lastInvoiceNumber + 1;
  const issued: Invoice = {
    ...draft,
    status: "issued",
    number: invoiceNumber(draft.customer, lastInvoiceNumber),
  };
  const current = await invoices.find(draft.customer, draft.id);
  // A closing that runs beside this one may have been quicker; the register then has moved on, or this read sees it.
  if (current?.status !== "draft") return current ?? issued;
  const next = { ...register, version: register.version + 1, lastInvoiceNumber };
  return (await invoices.commit(next, { invoice: issued })) ? issued : number({ invoices }, draft);
};
