import * as z from "zod";
import { quantityKinds } from "../../core/billing/quantities.ts";
import type { PriceTerm } from "../../core/catalogue/price-term.ts";
import { picodollars } from "../../core/money.ts";

const amount = z
  .string()
  .regex(/^\d{1,24}$/)
  .transform((text) => picodollars(BigInt(text)));
const kind = z.enum(quantityKinds);
const units = z.int().positive();

const term = z.discriminatedUnion("shape", [
  z.strictObject({
    shape: z.enum(["graduated", "volume"]),
    kind,
    tiers: z.array(z.strictObject({ upTo: units.exactOptional(), unitPrice: amount })),
  }),
  z.strictObject({ shape: z.literal("package"), kind, units, packagePrice: amount }),
  z.strictObject({ shape: z.literal("free-allowance"), kind, units }),
  z.strictObject({ shape: z.literal("minimum-commit"), amount }),
]);

const schema = z.record(z.string(), z.array(term));

/** Reads what core's `writePriceTerms` wrote; throws on anything else, because only our own deployment writes it. */
export const readPriceTerms = (json: string): Readonly<Record<string, readonly PriceTerm[]>> =>
  schema.parse(JSON.parse(json));
