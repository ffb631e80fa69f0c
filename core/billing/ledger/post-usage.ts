import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { type Money, add, negate, subtract, zero } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { burnDown } from "./burn-down.ts";
import type { AccountBook } from "./account-book.ts";
import type { Ledger } from "./ledger.ts";
import { type Posted, type Proposal, post } from "./post.ts";
import { type Draw, withoutZeros } from "./transfer.ts";
import { usageTransferId } from "./transfer-id.ts";

/** What a cell of a wallet had spent in all when an hour was over. */
export type CellSpending = {
  readonly customer: CustomerId;
  /** The cell's name, as admission gives it. */
  readonly cell: string;
  /** The first instant of the hour. */
  readonly hour: EpochMs;
  /** Since the cell was opened; it only grows. */
  readonly spent: Money;
};

/**
 * Earns what a cell has spent since the last posting: grants pay in their order, and what none covers is used on credit.
 * The book says how far a cell is posted and moves with every posting, so no picodollar is earned twice, however often
 * and at whatever moment this runs. A second run for the same hour posts nothing; what was spent in between is the next
 * hour's.
 */
export const postUsage = async (ledger: Ledger, spending: CellSpending): Promise<Posted> => {
  assert(spending.spent >= zero, `a cell has not spent ${spending.spent}`);
  return post(
    ledger,
    spending.customer,
    usageTransferId(spending.hour, spending.cell),
    (book) => usageTransfer(book, spending),
    // The hour is posted; how much of what the cell has spent was known then is for the next hour to make good.
    () => true,
  );
};

const usageTransfer = (
  book: AccountBook,
  { customer, cell, hour, spent }: CellSpending,
): Proposal | undefined => {
  const earned = subtract(spent, book.posted[cell] ?? zero);
  // Below zero: this reader sees an older state of the cell than the one that was posted.
  if (earned <= zero) return undefined;
  const { grants, draws } = burnDown(book.grants, earned, hour);
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
        { account: "wallet", amount: negate(subtract(earned, promotional)) },
        { account: "promotional", amount: negate(promotional) },
        { account: "revenue", amount: earned },
      ]),
      draws,
      earned: { cell, through: spent },
    },
  };
};
