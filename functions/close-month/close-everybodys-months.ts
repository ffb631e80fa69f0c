import { type DueMonthsPorts, closeDueMonths } from "../../core/billing/invoice/close-due-months.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import type { EpochMs } from "../../core/time.ts";
import type { BillingProfiles } from "../adapters/dynamodb/billing-profiles.ts";
import { type CustomerRun, forEveryCustomer } from "../for-every-customer.ts";

export type ClosingRunPorts = DueMonthsPorts & { readonly profiles: Pick<BillingProfiles, "list"> };

export type ClosingRun = CustomerRun & { readonly monthsClosed: number };

/** Closes what is due of every customer. */
export const closeEverybodysMonths = async (
  { profiles, ...ports }: ClosingRunPorts,
  now: EpochMs,
  hasTime: () => boolean,
  onFailure: (customer: CustomerId, error: unknown) => void,
): Promise<ClosingRun> => {
  let monthsClosed = 0;
  const run = await forEveryCustomer(
    profiles,
    async (profile) => {
      const closings = await closeDueMonths(ports, profile, now);
      monthsClosed += closings.length;
    },
    hasTime,
    onFailure,
  );
  return { ...run, monthsClosed };
};
