import { type Money, add, larger, smaller, subtract, zero } from "../../money.ts";
import { isUsage } from "./charge.ts";
import type { InvoiceContent } from "./invoice.ts";

/**
 * A postpaid customer's wallet holds what is left of its credit line: usage that no grant paid for takes from it, exact to
 * the picodollar, when it happens. The invoice is for the same usage, but in cents and after discounts and surcharges; so
 * what comes back to the wallet is not what is paid, but what was used, all of it once nothing is left to pay.
 */
export const usedOnCredit = ({ lines, totals }: InvoiceContent): Money =>
  subtract(add(...lines.filter(isUsage).map(({ amount }) => amount)), totals.settledExact);

/** What is usable again when `waived` of the amount due need not be paid. */
const freedBy = (invoice: InvoiceContent, waived: Money): Money => {
  const used = larger(usedOnCredit(invoice), zero);
  return waived >= invoice.totals.due ? used : smaller(waived, used);
};

/** Credit that comes back at once, because nothing is due: discounts, or less than half a cent. */
export const freedAtIssue = (invoice: InvoiceContent): Money => freedBy(invoice, zero);

/** Credit that comes back when more of the amount due is taken back than before. */
export const freedBetween = (invoice: InvoiceContent, waivedBefore: Money, waived: Money): Money =>
  subtract(freedBy(invoice, waived), freedBy(invoice, waivedBefore));

/** Credit that comes back with the payment of what credit notes left to pay. */
export const freedByPayment = (invoice: InvoiceContent, waived: Money): Money =>
  freedBetween(invoice, waived, invoice.totals.due);
