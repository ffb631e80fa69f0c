import type { CustomerId } from "../../identifiers.ts";
import { type Money, isAbsurd, negate } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { type Grant, type GrantId, type GrantKind, priorityMax } from "./grant.ts";
import type { Ledger } from "./ledger.ts";
import { type Agreement, type Posted, post } from "./post.ts";
import { samePostings } from "./transfer.ts";
import { transferId } from "./transfer-id.ts";

export type NewGrant = {
  readonly id: GrantId;
  readonly customer: CustomerId;
  readonly kind: GrantKind;
  readonly amount: Money;
  readonly priority: number;
  readonly expiresAt?: EpochMs;
  readonly createdAt: EpochMs;
};

export type GrantRefusal =
  | "amount_not_positive"
  | "amount_absurd"
  | "priority_out_of_range"
  | "expired_from_the_start";

export type GrantOutcome = Posted | { readonly status: GrantRefusal };

/** Credits a customer: money received goes through clearing into the wallet, promotional credit is carried by write-off. */
export const addGrant = async (ledger: Ledger, given: NewGrant): Promise<GrantOutcome> => {
  const refusal = grantRefusal(given);
  if (refusal) return { status: refusal };
  const { id, customer, kind, amount, createdAt } = given;
  const [source, target] = accountsOf[kind];
  const transfer = {
    id: transferId("grant", id),
    customer,
    cause: "grant" as const,
    at: createdAt,
    postings: [
      { account: source, amount: negate(amount) },
      { account: target, amount },
    ],
    draws: [],
  };
  return post(
    ledger,
    customer,
    transfer.id,
    (book) => ({ transfer, grants: [...book.grants, grantOf(given)] }),
    isSameCredit,
  );
};

/** A payment that is reported again is reported later: the instant does not tell them apart. */
const isSameCredit: Agreement = (posted, proposed) => samePostings(posted.postings, proposed.postings);

const accountsOf = {
  paid: ["clearing", "wallet"],
  promotional: ["write-off", "promotional"],
} as const satisfies Record<GrantKind, readonly [string, string]>;

const grantRefusal = ({ amount, priority, expiresAt, createdAt }: NewGrant): GrantRefusal | undefined => {
  if (amount <= 0n) return "amount_not_positive";
  if (isAbsurd(amount)) return "amount_absurd";
  if (!Number.isInteger(priority) || priority < 0 || priority > priorityMax) return "priority_out_of_range";
  return expiresAt !== undefined && expiresAt <= createdAt ? "expired_from_the_start" : undefined;
};

const grantOf = ({ id, kind, amount, priority, expiresAt, createdAt }: NewGrant): Grant => ({
  id,
  kind,
  amount,
  remaining: amount,
  priority,
  ...(expiresAt !== undefined && { expiresAt }),
  createdAt,
});
