import { type DueMonthsPorts, closeDueMonths } from "../../core/billing/invoice/close-due-months.ts";
import type { BillingProfile } from "../../core/billing/invoice/billing-profile.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import type { EpochMs } from "../../core/time.ts";
import type { BillingProfiles } from "../adapters/dynamodb/billing-profiles.ts";

export type ClosingRunPorts = DueMonthsPorts & { readonly profiles: Pick<BillingProfiles, "list"> };

/** Told of each customer whose months could not be closed, and why. */
type OnFailure = (customer: CustomerId, error: unknown) => void;

export type ClosingRun = {
  readonly customers: number;
  readonly monthsClosed: number;
  readonly failures: number;
  /** The time was up before everybody's turn: the next run goes on. */
  readonly isCutShort: boolean;
};

/** Enough to hide the latency of the tables, few enough to leave them to requests. */
const customersAtOnce = 8;

/**
 * Closes what is due of every customer with a billing profile. One customer's failure holds up nobody else. No new customer
 * is begun once `hasTime` says no.
 */
export const closeEverybodysMonths = async (
  { profiles, ...ports }: ClosingRunPorts,
  now: EpochMs,
  hasTime: () => boolean,
  onFailure: OnFailure,
): Promise<ClosingRun> => {
  let [customers, monthsClosed, failures, isCutShort] = [0, 0, 0, false];
  const closeOne = async (profile: BillingProfile): Promise<void> => {
    customers += 1;
    try {
      const closings = await closeDueMonths(ports, profile, now);
      monthsClosed += closings.length;
    } catch (error) {
      failures += 1;
      onFailure(profile.customer, error);
    }
  };
  const everybody = profiles.list()[Symbol.asyncIterator]();
  const lane = async (): Promise<void> => {
    // The lanes share one iterator: each takes the next customer that none has taken.
    for (let next = await everybody.next(); next.done !== true; next = await everybody.next()) {
      if (!hasTime()) {
        isCutShort = true;
        return;
      }
      await closeOne(next.value);
    }
  };
  await Promise.all(Array.from({ length: customersAtOnce }, lane));
  return { customers, monthsClosed, failures, isCutShort };
};
