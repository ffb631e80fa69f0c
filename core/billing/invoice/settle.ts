import {
  type Money,
  add,
  larger,
  negate,
  roundHalfEvenToCents,
  smaller,
  subtract,
  zero,
} from "../../money.ts";
import type { BillingTerms } from "./billing-profile.ts";
import { isUsage } from "./charge.ts";
import type { InvoiceLine, InvoiceTotals } from "./invoice.ts";

/**
 * The totals of an invoice. Prepaid usage was paid from the balance as it happened, all of it; of postpaid usage `credit`
 * was, what grants paid for (exact).
 */
export const settle = (terms: BillingTerms, lines: readonly InvoiceLine[], credit: Money): InvoiceTotals => {
  const usageLines = lines.filter(isUsage);
  const usageExact = add(...usageLines.map(({ amount }) => amount));
  const usage = add(...usageLines.map(({ cents }) => cents));
  const total = add(...lines.map(({ cents }) => cents));
  const settledExact =
    terms === "prepaid" ? usageExact : smaller(larger(credit, zero), larger(usageExact, zero));
  // Paid in full is paid in full, whatever the rounding of many lines adds up to.
  const settled = settledExact === usageExact ? usage : roundHalfEvenToCents(settledExact);
  const open = subtract(total, settled);
  return {
    usage,
    adjustments: subtract(total, usage),
    total,
    settled,
    settledExact,
    due: larger(open, zero),
    credited: larger(negate(open), zero),
  };
};
