import type { CustomerId } from "../../identifiers.ts";
import { type Money, add } from "../../money.ts";
import { type Balances, accounts, noBalances } from "./account.ts";
import type { Grant } from "./grant.ts";
import { type Transfer, postedTo } from "./transfer.ts";

/**
 * What a customer's transfers add up to. A projection, kept next to them in the same write so that nobody has to add up
 * years of transfers; `version` counts them.
 */
export type AccountBook = {
  readonly customer: CustomerId;
  readonly version: number;
  readonly balances: Balances;
  /** Those that still hold something. */
  readonly grants: readonly Grant[];
  /** By the name of a cell: how much of what it has ever spent is posted. */
  readonly posted: Readonly<Record<string, Money>>;
};

export const emptyBook = (customer: CustomerId): AccountBook => ({
  customer,
  version: 0,
  balances: noBalances,
  grants: [],
  posted: {},
});

/** The book after one more transfer, which leaves `grants` behind. */
export const bookAfter = (book: AccountBook, transfer: Transfer, grants: readonly Grant[]): AccountBook => ({
  customer: book.customer,
  version: book.version + 1,
  balances: addPostings(book.balances, transfer),
  grants: grants.filter(({ remaining }) => remaining > 0n),
  posted: transfer.earned ? { ...book.posted, [transfer.earned.cell]: transfer.earned.through } : book.posted,
});

export const addPostings = (balances: Balances, transfer: Transfer): Balances => {
  const sums = { ...balances };
  for (const account of accounts) sums[account] = add(balances[account], postedTo(transfer, account));
  return sums;
};
