import { type ExpiryPorts, expireCredit } from "../../core/billing/expire-credit.ts";
import { type PostingPorts, postWallet } from "../../core/billing/post-wallet.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import type { EpochMs } from "../../core/time.ts";
import type { BillingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { type CustomerRun, forEveryCustomer } from "../for-every-customer.ts";

export type PostingRunPorts = PostingPorts &
  ExpiryPorts & { readonly profiles: Pick<BillingProfiles, "list"> };

export type PostingRun = CustomerRun & {
  /** Usage that was posted. */
  readonly transfers: number;
  /** Customers who had something expire. */
  readonly expired: number;
};

/**
 * Posts what everybody's wallets have paid, and takes out of them what has expired: in this order, because usage from before
 * the expiry draws on what expires.
 */
export const postEverybodysWallets = async (
  { profiles, ...ports }: PostingRunPorts,
  now: EpochMs,
  hasTime: () => boolean,
  onFailure: (customer: CustomerId, error: unknown) => void,
): Promise<PostingRun> => {
  let [transfers, expired] = [0, 0];
  const run = await forEveryCustomer(
    profiles,
    async ({ customer }) => {
      const posted = await postWallet(ports, customer, now);
      transfers += posted;
      if ((await expireCredit(ports, customer, now)) > 0n) expired += 1;
    },
    hasTime,
    onFailure,
  );
  return { ...run, transfers, expired };
};
