import { roundHalfEvenToCents, type Money } from "../../money.ts";
import { type BillingMonth, dateInMonth, monthBounds, monthsLater } from "./billing-month.ts";
import type { BillingProfile } from "./billing-profile.ts";
import type { Charge } from "./charge.ts";
import type { InvoiceContent } from "./invoice.ts";
import { invoiceId } from "./invoice-id.ts";
import { settle } from "./settle.ts";

/** The invoice of a month over `charges`, rounded line by line. The same input gives the same invoice, whenever it is made. */
export const draftInvoice = (
  profile: BillingProfile,
  month: BillingMonth,
  charges: readonly Charge[],
  credit: Money,
): InvoiceContent => {
  const lines = charges.map((charge) => ({ ...charge, cents: roundHalfEvenToCents(charge.amount) }));
  const { customer, terms, timeZone, currency, seller, buyer } = profile;
  const next = monthsLater(month, 1);
  return {
    id: invoiceId(customer, month),
    customer,
    month,
    ...monthBounds(month, timeZone),
    timeZone,
    terms,
    currency,
    seller,
    buyer,
    lines,
    totals: settle(terms, lines, credit),
    date: dateInMonth(next, 0),
    dueDate: dateInMonth(next, terms === "postpaid" ? profile.paymentDays : 0),
  };
};
