import * as z from "zod";
import { quarterMs } from "../../core/billing/counters-key.ts";
import {
  type BillingMonth,
  monthAt,
  monthBounds,
  parseBillingMonth,
} from "../../core/billing/invoice/billing-month.ts";
import { parseCustomerId } from "../../core/identifiers.ts";
import { type EpochMs, epochMs } from "../../core/time.ts";
import { parsedBy } from "../parsed-by.ts";

const instant = z.iso
  .datetime({ offset: true, error: "is an instant such as 2026-11-01T00:00:00Z" })
  .transform((text) => epochMs(Date.parse(text)));

/** What somebody asks to be audited: a customer's month, its time from `from` until `until`, or its month so far. */
export const auditRequestSchema = z.strictObject({
  customer: parsedBy(parseCustomerId),
  month: parsedBy(parseBillingMonth).optional(),
  from: instant.optional(),
  until: instant.optional(),
});

export type AuditRequest = z.infer<typeof auditRequestSchema>;

export type AuditPeriod = { readonly from: EpochMs; readonly until: EpochMs };

/** The time that is asked for, widened to whole quarters of an hour; or what is wrong with it. */
export const periodOf = (
  { month, from, until }: AuditRequest,
  timeZone: string,
  now: EpochMs,
): AuditPeriod | string => {
  if (month !== undefined)
    return from === undefined && until === undefined
      ? monthBounds(month, timeZone)
      : "Give a month, or from and until, not both.";
  const current: BillingMonth = monthAt(now, timeZone);
  const period = {
    from: floorToQuarter(from ?? monthBounds(current, timeZone).from),
    until: ceilToQuarter(until ?? now),
  };
  return period.from < period.until ? period : "The time to audit ends before it begins.";
};

const floorToQuarter = (instant: EpochMs): EpochMs => epochMs(instant - (instant % quarterMs));
const ceilToQuarter = (instant: EpochMs): EpochMs => epochMs(Math.ceil(instant / quarterMs) * quarterMs);
