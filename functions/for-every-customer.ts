import type { BillingProfile } from "../core/billing/invoice/billing-profile.ts";
import type { CustomerId } from "../core/identifiers.ts";
import type { BillingProfiles } from "./adapters/dynamodb/billing-profiles.ts";

/** What became of a run over all customers. */
export type CustomerRun = {
  readonly customers: number;
  readonly failures: number;
  /** The time was up before everybody's turn: the next run goes on. */
  readonly isCutShort: boolean;
};

/** Enough to hide the latency of the tables, few enough to leave them to requests. */
const customersAtOnce = 8;

/**
 * Does something for every customer with a billing profile. One customer's failure holds up nobody else. No new customer is
 * begun once `hasTime` says no.
 */
export const forEveryCustomer = async (
  profiles: Pick<BillingProfiles, "list">,
  work: (profile: BillingProfile) => Promise<void>,
  hasTime: () => boolean,
  onFailure: (customer: CustomerId, error: unknown) => void,
): Promise<CustomerRun> => {
  let [customers, failures, isCutShort] = [0, 0, false];
  const everybody = profiles.list()[Symbol.asyncIterator]();
  const lane = async (): Promise<void> => {
    // The lanes share one iterator: each takes the next customer that none has taken.
    for (let next = await everybody.next(); next.done !== true; next = await everybody.next()) {
      if (!hasTime()) {
        isCutShort = true;
        return;
      }
      const profile: BillingProfile = next.value;
      customers += 1;
      await work(profile).catch((error: unknown) => {
        failures += 1;
        onFailure(profile.customer, error);
      });
    }
  };
  await Promise.all(Array.from({ length: customersAtOnce }, lane));
  return { customers, failures, isCutShort };
};
