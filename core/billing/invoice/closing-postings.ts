import { add, negate, subtract } from "../../money.ts";
import { type Posting, withoutZeros } from "../ledger/transfer.ts";
import { isUsage } from "./charge.ts";
import type { InvoiceContent } from "./invoice.ts";

/**
 * What closing a month books. Its usage is in the ledger already, hour by hour and exact; now the terms change what was
 * earned, what was used on credit becomes a claim in whole cents, discounts on what was paid ahead go back to the wallet,
 * and the difference that rounding made goes to its account. Empty where there is nothing of all this.
 */
export const closingPostings = ({ lines, totals }: InvoiceContent): readonly Posting[] => {
  const sumOf = (wanted: boolean) =>
    add(...lines.filter((line) => isUsage(line) === wanted).map(({ amount }) => amount));
  const adjustments = sumOf(false);
  const usedOnCredit = subtract(sumOf(true), totals.settledExact);
  const open = subtract(totals.due, totals.credited);
  return withoutZeros([
    { account: "revenue", amount: adjustments },
    { account: "receivable", amount: negate(totals.due) },
    { account: "wallet", amount: add(usedOnCredit, totals.credited) },
    { account: "rounding", amount: subtract(open, add(adjustments, usedOnCredit)) },
  ]);
};
