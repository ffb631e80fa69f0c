import type { AuditScope } from "../../core/billing/audit/views.ts";
import type { BillingProfile } from "../../core/billing/invoice/billing-profile.ts";
import { monthAt, monthBounds, monthsLater } from "../../core/billing/invoice/billing-month.ts";
import { type EpochMs, epochMs } from "../../core/time.ts";

const dayMs = 24 * 60 * 60_000;

/** Every customer's usage of the day that was over, in UTC, when the run was due. */
export const yesterday = (profiles: readonly BillingProfile[], now: EpochMs): readonly AuditScope[] => {
  const until = epochMs(now - (now % dayMs));
  return profiles.map(({ customer }) => ({ customer, from: epochMs(until - dayMs), until }));
};

/**
 * On the second of a month, every customer's month before: by then it is over on all their clocks and closed. Empty on
 * other days.
 */
export const lastMonths = (profiles: readonly BillingProfile[], now: EpochMs): readonly AuditScope[] =>
  new Date(now).getUTCDate() === 2
    ? profiles.map(({ customer, timeZone }) => ({
        customer,
        ...monthBounds(monthsLater(monthAt(now, timeZone), -1), timeZone),
      }))
    : [];
