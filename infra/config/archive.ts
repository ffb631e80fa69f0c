import { z } from "zod";
import { wholeNumber } from "./whole-number.ts";

/** S3 keeps nothing longer. */
const retentionDaysMax = 36_500;

/**
 * For how long nobody can change or remove the archived usage events, and who is nobody. Under `governance` it is everybody
 * but holders of `s3:BypassGovernanceRetention`, which no role of ours has; under `compliance` it is everybody, the
 * account's root and AWS included, and a retention that was set too long stays. So the default is the one that can be taken
 * back, for thirteen months: a year's invoices and the time to dispute them. Where invoices need evidence by law, write
 * `compliance` and the law's days. What is archived already keeps what it was archived with.
 */
export const archiveSchema = z
  .strictObject({
    mode: z.enum(["governance", "compliance"]).default("governance"),
    retentionDays: wholeNumber
      .max(retentionDaysMax, {
        error: `is more than ${retentionDaysMax}, the longest that S3 keeps anything`,
      })
      .default(400),
  })
  .prefault({});

export type ArchiveRetention = Readonly<z.output<typeof archiveSchema>>;
