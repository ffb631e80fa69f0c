import * as z from "zod";
import type { Model } from "../../core/catalogue/model.ts";
import { quantityKinds } from "../../core/billing/quantities.ts";
import { abortPolicies, failurePolicies } from "../../core/catalogue/price.ts";
import { tasks } from "../../core/catalogue/task.ts";
import { parsePriceId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { parsedBy } from "../parsed-by.ts";

const amount = z
  .string()
  .regex(/^\d{1,24}$/)
  .transform((text) => picodollars(BigInt(text)));

/** Zero where the task has no such thing: a classifier writes no tokens. */
const tokens = z.int().nonnegative();

const instant = z.int().nonnegative().transform(epochMs);

const usage = z.enum(["running", "final"]);

const price = z.object({
  id: parsedBy(parsePriceId),
  rates: z.partialRecord(z.enum(quantityKinds), amount.exactOptional()),
  onAbort: z.enum(abortPolicies).exactOptional(),
  onFailure: z.enum(failurePolicies).exactOptional(),
  journalAbove: amount.exactOptional(),
});

const schema = z.object({
  name: z.string(),
  version: z.string(),
  pinnedOnly: z.boolean().exactOptional(),
  deprecated: z.object({ at: instant, sunset: instant, successor: z.string() }).exactOptional(),
  artifactDigest: z.string().exactOptional(),
  task: z.enum(tasks),
  description: z.string(),
  limits: z.object({
    contextTokensMax: tokens,
    outputTokensMax: tokens,
    outputTokensDefault: tokens,
    imagesMax: z.int().positive().exactOptional(),
    audioSecondsMax: z.int().positive().exactOptional(),
    requestMsMax: z.int().positive(),
  }),
  endpoints: z.array(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("sagemaker"), region: z.string(), endpointName: z.string(), usage }),
      z.object({ kind: z.literal("openai-server"), url: z.url(), model: z.string(), usage }),
    ]),
  ),
  price: price.exactOptional(),
  batchPrice: price.exactOptional(),
  createdSeconds: z.int().nonnegative(),
});

/** Reads what core's `writeModelDocument` wrote; throws on anything else, because only our own deployment writes it. */
export const readModelDocument = (json: string): Model => schema.parse(JSON.parse(json));
