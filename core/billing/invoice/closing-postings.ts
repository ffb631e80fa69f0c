import { add, negate, subtract } from "../../money.ts";
import { type Posting, withoutZeros } from "../ledger/transfer.ts";
import { isUsage } from "./charge.ts";
import type { InvoiceContent } from "./invoice.ts";
import { usedOnCredit } from "./used-on-credit.ts";

/**
 * What closing a month books. Its usage is in the ledger already, hour by hour and exact; now the terms change what was
 * earned, what was used on credit becomes a claim in whole cents, discounts on what was paid ahead go back to the wallet,
 * and the difference that rounding made goes to its account. Empty where there is nothing of all this.
 */
export const closingPostings = (content: InvoiceContent): readonly Posting[] => {
  const { lines, totals } = content;
  const adjustments = add(...lines.filter((line) => !isUsage(line)).map(({ amount }) => amount));
  const usage = usedOnCredit(content);
  const open = subtract(totals.due, totals.credited);
  return withoutZeros([
    { account: "revenue", amount: adjustments },
    { account: "receivable", amount: negate(totals.due) },
    { account: "wallet", amount: add(usage, totals.credited) },
    { account: "rounding", amount: subtract(open, add(adjustments, usage)) },
  ]);
};
