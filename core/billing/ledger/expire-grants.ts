import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { negate, zero } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { type Grant, hasExpired } from "./grant.ts";
import type { Ledger } from "./ledger.ts";
import { post } from "./post.ts";
import type { Transfer } from "./transfer.ts";
import { transferId } from "./transfer-id.ts";

/**
 * Writes off what is left of grants that expired by `now`; yields the transfers. Run it once all usage from before the
 * expiry is posted: afterwards such usage finds nothing left in the grant and is paid by the next one.
 */
export const expireGrants = async (
  ledger: Ledger,
  customer: CustomerId,
  now: EpochMs,
): Promise<readonly Transfer[]> => {
  const { grants } = await ledger.book(customer);
  const written: Transfer[] = [];
  for (const { id, expiresAt } of grants.filter((grant) => hasExpired(grant, now))) {
    if (expiresAt === undefined) continue;
    const posted = await post(
      ledger,
      customer,
      transferId("expiry", id),
      (book) => expiry(customer, book.grants, id, expiresAt),
      // Whoever was first wrote off all there was.
      () => true,
    );
    // A race was won by usage that burned the rest: nothing is left to write off.
    if (posted.status === "too_few_postings") continue;
    assert("transfer" in posted, `an expiry can be posted, but ${id} was refused: ${posted.status}`);
    written.push(posted.transfer);
  }
  return written;
};

const expiry = (customer: CustomerId, grants: readonly Grant[], id: Grant["id"], at: EpochMs) => {
  const grant = grants.find((grant) => grant.id === id);
  const account = grant?.kind === "paid" ? ("wallet" as const) : ("promotional" as const);
  const transfer: Transfer = {
    id: transferId("expiry", id),
    customer,
    cause: "expiry",
    at,
    postings: grant
      ? [
          { account, amount: negate(grant.remaining) },
          { account: "write-off", amount: grant.remaining },
        ]
      : [],
    draws: grant ? [{ grant: id, amount: grant.remaining }] : [],
  };
  return {
    transfer,
    grants: grants.map((grant) => (grant.id === id ? { ...grant, remaining: zero } : grant)),
  };
};
