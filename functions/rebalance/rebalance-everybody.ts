import { walletPurse } from "../../core/admission/purse.ts";
import { closeExpiredOf } from "../../core/admission/close-expired.ts";
import type { LeaseRules } from "../../core/admission/lease-rules.ts";
import type { LeaseUsage } from "../../core/admission/ports.ts";
import { type RebalancePorts, rebalancePurse } from "../../core/admission/rebalance-purse.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import type { EpochMs } from "../../core/time.ts";
import type { BillingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { type CustomerRun, forEveryCustomer } from "../for-every-customer.ts";

export type RebalancingRunPorts = RebalancePorts & {
  readonly profiles: Pick<BillingProfiles, "list">;
  readonly usage: LeaseUsage;
  readonly rules: LeaseRules;
};

/** With how many transfers were given and received. */
export type RebalancingRun = CustomerRun & { readonly given: number; readonly received: number };

/** A tenth of a cent: some two hundred times what a transfer costs. */
const smallestTransfer = picodollars(1_000_000_000n);

/** This region's part in keeping the money of every wallet where it is spent: what nobody uses any more is free again first. */
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
      const purse = walletPurse(customer).id;
      // A customer who has gone away, or to another region, would leave its leases open here for good.
      await closeExpiredOf(ports, purse, ports.region, now);
      const moved = await rebalancePurse(ports, purse, smallestTransfer, now);
      given += moved.given.length;
      received += moved.received.length;
    },
    hasTime,
    onFailure,
  );
  return { ...run, given, received };
};
