import type { CustomerId } from "../../identifiers.ts";
import { type Money, add, isAbsurd } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import type { Account } from "./account.ts";
import type { GrantId } from "./grant.ts";
import type { TransferCause, TransferId } from "./transfer-id.ts";

/** Positive: the account is credited; negative: debited. */
export type Posting = { readonly account: Account; readonly amount: Money };

/** What a transfer took out of a grant. */
export type Draw = { readonly grant: GrantId; readonly amount: Money };

/** Money that changed accounts: once, for good. A mistake is corrected by another transfer. */
export type Transfer = {
  readonly id: TransferId;
  readonly customer: CustomerId;
  readonly cause: TransferCause;
  /** When what it books happened. */
  readonly at: EpochMs;
  readonly postings: readonly Posting[];
  /** The grants that paid for it; empty where none did. */
  readonly draws: readonly Draw[];
  /** Of usage: whose it was, and what that cell had spent in all up to here. A cell's transfers join without a gap. */
  readonly earned?: { readonly cell: string; readonly through: Money };
};

export type TransferFault =
  | "too_few_postings"
  | "account_named_twice"
  | "amount_zero"
  | "amount_absurd"
  | "not_balanced";

/** Why a transfer cannot be posted, first reason first. */
export const transferFault = ({ postings }: Pick<Transfer, "postings">): TransferFault | undefined => {
  if (postings.length < 2) return "too_few_postings";
  if (new Set(postings.map(({ account }) => account)).size < postings.length) return "account_named_twice";
  if (postings.some(({ amount }) => amount === 0n)) return "amount_zero";
  if (postings.some(({ amount }) => isAbsurd(amount))) return "amount_absurd";
  return add(...postings.map(({ amount }) => amount)) === 0n ? undefined : "not_balanced";
};

/** The amount that a transfer puts on an account. */
export const postedTo = ({ postings }: Pick<Transfer, "postings">, account: Account): Money =>
  add(...postings.filter((posting) => posting.account === account).map(({ amount }) => amount));

/** Leaves out the accounts that nothing happens on. */
export const withoutZeros = (postings: readonly Posting[]): readonly Posting[] =>
  postings.filter(({ amount }) => amount !== 0n);

export const samePostings = (one: readonly Posting[], other: readonly Posting[]): boolean =>
  one.length === other.length &&
  one.every(({ account, amount }) => amount === postedTo({ postings: other }, account));
