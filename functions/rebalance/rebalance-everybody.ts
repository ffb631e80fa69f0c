import { walletPurse } from "../../core/admission/purse.ts";
import { type RebalancePorts, rebalancePurse } from "../../core/admission/rebalance-purse.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import type { EpochMs } from "../../core/time.ts";
import type { BillingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { type CustomerRun, forEveryCustomer } from "../for-every-customer.ts";

export type RebalancingRunPorts = RebalancePorts & { readonly profiles: Pick<BillingProfiles, "list"> };

/** With how many transfers were given and received. */
export type RebalancingRun = CustomerRun & { readonly given: number; readonly received: number };

/** A tenth of a cent: some two hundred times what a transfer costs. */
const smallestTransfer = picodollars(1_000_000_000n);

/** This region's part in keeping the money of every wallet where it is spent. */
export const rebalanceEverybody = async (
  { profiles, ...ports }: RebalancingRunPorts,
  now: EpochMs,
  hasTime: () => boolean,
  onFailure: (customer: CustomerId, error: unknown) => void,
): Promise<RebalancingRun> => {
  let [given, received] = [0, 0];
  const run = await forEveryCustomer(
    profiles,
    async ({ customer }) => {
      const moved = await rebalancePurse(ports, walletPurse(customer).id, smallestTransfer, now);
      given += moved.given.length;
      received += moved.received.length;
    },
    hasTime,
    onFailure,
  );
  return { ...run, given, received };
};
