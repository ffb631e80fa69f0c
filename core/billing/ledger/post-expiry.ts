import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { type Money, negate, smaller, subtract, zero } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import type { GrantId } from "./grant.ts";
import type { Ledger } from "./ledger.ts";
import { type Proposal, post } from "./post.ts";
import { postedTo, withoutZeros } from "./transfer.ts";
import { transferId } from "./transfer-id.ts";

/** A part of an expired grant that nobody can spend any more. */
export type Expiry = {
  readonly customer: CustomerId;
  readonly grant: GrantId;
  /** When the grant expired. */
  readonly at: EpochMs;
  /** Numbers the grant's parts, from 1. */
  readonly part: number;
  readonly amount: Money;
};

/**
 * Writes off a part of an expired grant, once per number, and never more than the grant has left. Returns how much that
 * was, also when it was written off before.
 */
export const postExpiry = async (ledger: Ledger, expiry: Expiry): Promise<Money> => {
  const { customer } = expiry;
  const id = transferId("expiry", `${expiry.grant}:${expiry.part}`);
  const posted = await post(
    ledger,
    customer,
    id,
    ({ grants }) => proposal(expiry, id, grants),
    // Whoever was first wrote off all there was.
    () => true,
  );
  // The grant is used up, for good: by this very part, if it was posted before, or by others.
  const transfer =
    posted.status === "too_few_postings"
      ? await ledger.find(customer, id)
      : "transfer" in posted && posted.transfer;
  assert(transfer !== false, `an expiry can be posted, but ${id} was refused: ${posted.status}`);
  return transfer ? postedTo(transfer, "write-off") : zero;
};

const proposal = (
  { customer, grant: name, at, amount: taken }: Expiry,
  id: Proposal["transfer"]["id"],
  grants: Proposal["grants"],
): Proposal => {
  const grant = grants.find((grant) => grant.id === name);
  const amount = smaller(grant?.remaining ?? zero, taken);
  const account = grant?.kind === "paid" ? ("wallet" as const) : ("promotional" as const);
  return {
    transfer: {
      id,
      customer,
      cause: "expiry",
      at,
      postings: withoutZeros([
        { account, amount: negate(amount) },
        { account: "write-off", amount },
      ]),
      draws: [{ grant: name, amount }],
    },
    grants: grants.map((other) =>
      other === grant ? { ...other, remaining: subtract(other.remaining, amount) } : other,
    ),
  };
};
