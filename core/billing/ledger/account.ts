import { type Money, zero } from "../../money.ts";

/**
 * The accounts that every customer has. Amounts credited are positive, amounts debited negative, so that a customer's
 * accounts always add up to zero:
 *
 * - `wallet`: what we owe the customer (paid in advance); below zero, what was used on credit and is not invoiced yet
 * - `promotional`: credit that we gave
 * - `revenue`: earned, to the picodollar
 * - `rounding`: what whole cents on invoices made of exact amounts
 * - `write-off`: promotional credit given (debit) and credit that expired unused (credit)
 * - `clearing`: payments received (debit), until they are matched with the bank
 * - `receivable`: invoiced and not paid (debit)
 */
export const accounts = [
  "wallet",
  "promotional",
  "revenue",
  "rounding",
  "write-off",
  "clearing",
  "receivable",
] as const;

export type Account = (typeof accounts)[number];

export type Balances = Readonly<Record<Account, Money>>;

export const noBalances: Balances = {
  wallet: zero,
  promotional: zero,
  revenue: zero,
  rounding: zero,
  "write-off": zero,
  clearing: zero,
  receivable: zero,
};
