import type { CustomerId } from "../../identifiers.ts";
import { type Money, add, negate, subtract } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { burnDown } from "./burn-down.ts";
import type { AccountBook } from "./account-book.ts";
import type { Ledger } from "./ledger.ts";
import { type Posted, type Proposal, post } from "./post.ts";
import { type Draw, postedTo, withoutZeros } from "./transfer.ts";
import { usageTransferId } from "./transfer-id.ts";

/** What one cell of a wallet spent in one hour: final, for an hour's sum is posted once. */
export type CellHour = {
  readonly customer: CustomerId;
  /** The cell's name, as admission gives it. */
  readonly cell: string;
  /** The first instant of the hour. */
  readonly hour: EpochMs;
  readonly spent: Money;
};

/**
 * Earns what a cell spent in an hour: grants pay in their order, and what none covers is used on credit. Nothing spent is
 * nothing to post. Posting another amount for the same cell and hour is refused.
 */
export const postUsage = async (ledger: Ledger, usage: CellHour): Promise<UsageOutcome> => {
  if (usage.spent <= 0n) return { status: "amount_not_positive" };
  return post(
    ledger,
    usage.customer,
    usageTransferId(usage.hour, usage.cell),
    (book) => usageTransfer(book, usage),
    // Which grants paid depends on the book; what was earned does not.
    (posted, proposed) => postedTo(posted, "revenue") === postedTo(proposed, "revenue"),
  );
};

export type UsageOutcome = Posted | { readonly status: "amount_not_positive" };

const usageTransfer = (book: AccountBook, { customer, cell, hour, spent }: CellHour): Proposal => {
  const { grants, draws } = burnDown(book.grants, spent, hour);
  const isPromotional = ({ grant }: Draw): boolean =>
    book.grants.some(({ id, kind }) => id === grant && kind === "promotional");
  const promotional = add(...draws.filter(isPromotional).map(({ amount }) => amount));
  return {
    grants,
    transfer: {
      id: usageTransferId(hour, cell),
      customer,
      cause: "usage",
      at: hour,
      postings: withoutZeros([
        { account: "wallet", amount: negate(subtract(spent, promotional)) },
        { account: "promotional", amount: negate(promotional) },
        { account: "revenue", amount: spent },
      ]),
      draws,
    },
  };
};
