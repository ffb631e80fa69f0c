import { type Money, add, subtract, zero } from "../../money.ts";
import { type EpochMs, after } from "../../time.ts";
import { drawn } from "../ledger/burn-down.ts";
import type { BillingPorts } from "./billing-ports.ts";
import { type BillingMonth, type MonthBounds, monthBounds, monthsLater } from "./billing-month.ts";
import type { BillingProfile } from "./billing-profile.ts";
import type { Charge } from "./charge.ts";
import { draftInvoice } from "./draft-invoice.ts";
import type { Invoice, InvoiceTotals } from "./invoice.ts";
import { invoiceId } from "./invoice-id.ts";
import type { InvoiceRegister } from "./invoices.ts";
import { issueInvoice } from "./issue-invoice.ts";
import { outstandingCharges } from "./outstanding-charges.ts";
import { rateMonth } from "./rate-month.ts";

export type Closing =
  | { readonly ok: true; readonly invoice: Invoice }
  /** Nothing was used, nothing is owed: the month is closed without an invoice. */
  | { readonly ok: true; readonly invoice?: never }
  | { readonly ok: false; readonly reason: "month_not_over" | "earlier_month_open" };

/** After a month's last request was admitted: its longest answer, its lease, skewed clocks and the counters' delay. */
const settlingMs = 60 * 60_000;

/** How many months back late usage is looked for. */
const lateMonthsMax = 3;

/**
 * Closes a customer's month: draft, book, issue. Every step is written before the next begins and is skipped when it is
 * found done; so a closing that died anywhere is finished by running it again, with the same invoice to the byte. Usage that
 * turns up after the draft is on a later month's invoice, under its own month.
 */
export const closeMonth = async (
  ports: BillingPorts,
  profile: BillingProfile,
  month: BillingMonth,
  now: EpochMs,
): Promise<Closing> => {
  const { customer, timeZone } = profile;
  if (now < after(monthBounds(month, timeZone).until, settlingMs))
    return { ok: false, reason: "month_not_over" };

  const register = await ports.invoices.register(customer);
  if (!isClosed(register, month)) {
    if (!(await isNext(ports, register, month))) return { ok: false, reason: "earlier_month_open" };
    await draftMonth(ports, profile, month, register);
  }
  const invoice = await ports.invoices.find(customer, invoiceId(customer, month));
  return invoice ? { ok: true, invoice: await issueInvoice(ports, invoice) } : { ok: true };
};

const isClosed = ({ closedThrough }: InvoiceRegister, month: BillingMonth): boolean =>
  closedThrough !== undefined && month <= closedThrough;

/** Months close in order, each when the one before it is issued: what is late is told by what was billed before. */
const isNext = async (
  { invoices }: BillingPorts,
  { customer, closedThrough }: InvoiceRegister,
  month: BillingMonth,
): Promise<boolean> => {
  if (closedThrough === undefined) return true;
  const last = await invoices.find(customer, invoiceId(customer, closedThrough));
  return month === monthsLater(closedThrough, 1) && last?.status !== "draft";
};

const draftMonth = async (
  ports: BillingPorts,
  profile: BillingProfile,
  month: BillingMonth,
  register: InvoiceRegister,
): Promise<void> => {
  const { customer } = profile;
  const charges = await chargesToBill(ports, profile, month);
  const credit = add(register.creditCarried, await creditDrawn(ports, profile, month));
  const content = draftInvoice(profile, month, charges, credit);
  const isEmpty = charges.length === 0;
  const committed = await ports.invoices.commit(
    {
      ...register,
      version: register.version + 1,
      closedThrough: month,
      creditCarried: isEmpty ? credit : creditLeft(profile, credit, content.totals),
    },
    isEmpty ? { nothing: true } : { invoice: { ...content, status: "draft" } },
  );
  if (committed) return;
  // Another writer was quicker: a closing of this month, whose draft counts, or a payment, after which to try again.
  const current = await ports.invoices.register(customer);
  if (!isClosed(current, month)) await draftMonth(ports, profile, month, current);
};

/** Credit that this invoice does not show waits for the next. Prepaid usage is settled by the balance: nothing waits. */
const creditLeft = ({ terms }: BillingProfile, credit: Money, { settledExact }: InvoiceTotals): Money =>
  terms === "prepaid" ? credit : subtract(credit, settledExact);

/** What the month owes, and what earlier months owe beyond what their invoices say. */
const chargesToBill = async (
  { usage, prices, invoices }: BillingPorts,
  { customer, timeZone }: BillingProfile,
  month: BillingMonth,
): Promise<readonly Charge[]> => {
  const [book, issued] = await Promise.all([prices.book(), invoices.list(customer)]);
  const recent = Array.from({ length: lateMonthsMax + 1 }, (_, back) => monthsLater(month, -back));
  // What a void invoice had billed is to be billed again, however long ago it was.
  const voided = issued
    .filter(({ status }) => status === "void")
    .flatMap(({ lines }) => lines.map(monthOfLine));
  const months = [...new Set([...recent, ...voided])];
  const owed = await Promise.all(
    months.map(async (month) => {
      const bounds: MonthBounds = monthBounds(month, timeZone);
      const totals = await usage.between(customer, bounds.from, bounds.until);
      return rateMonth(book, customer, month, bounds, totals);
    }),
  );
  const billed = issued.filter(({ status }) => status !== "void").flatMap(({ lines }) => lines);
  return outstandingCharges(
    owed.flat(),
    billed.filter((line) => months.includes(line.month)),
  );
};

const monthOfLine = ({ month }: Charge): BillingMonth => month;

/** What grants paid for in the month, of usage that is invoiced. It is booked by hours; at a month's edge an hour counts where it starts. */
const creditDrawn = async (
  { ledger }: BillingPorts,
  { customer, terms, timeZone }: BillingProfile,
  month: BillingMonth,
): Promise<Money> => {
  if (terms === "prepaid") return zero;
  const { from, until } = monthBounds(month, timeZone);
  let sum = zero;
  for await (const { draws } of ledger.listUsage(customer, from, until)) sum = add(sum, drawn(draws));
  return sum;
};
