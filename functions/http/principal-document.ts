import * as z from "zod";
import { keyModes } from "../../core/access/key-format.ts";
import type { Principal } from "../../core/access/principal.ts";
import { scopes } from "../../core/access/scope.ts";
import { budgetIntervals } from "../../core/admission/budget-period.ts";
import { parseCustomerId, parseKeyId, parseProjectId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { parsedBy } from "../parsed-by.ts";

/** Picodollars as a decimal string: JSON has no exact number for them. */
const money = z
  .string()
  .regex(/^\d{1,24}$/)
  .transform((text) => picodollars(BigInt(text)));

const rateLimit = z.object({
  requests: z.int().nonnegative().exactOptional(),
  tokens: z.int().nonnegative().exactOptional(),
});

const schema = z.object({
  key: parsedBy(parseKeyId),
  mode: z.enum(keyModes),
  customer: parsedBy(parseCustomerId),
  project: parsedBy(parseProjectId).exactOptional(),
  scopes: z.array(z.enum(scopes)),
  models: z.array(z.string()).exactOptional(),
  sourceCidrs: z.array(z.string()).exactOptional(),
  limits: z.object({
    walletShards: z.int().positive(),
    timeZone: z.string(),
    budgets: z.array(
      z.object({
        owner: z.union([parsedBy(parseProjectId), parsedBy(parseKeyId)]),
        interval: z.enum(budgetIntervals),
        shares: z.record(z.string(), money),
        shards: z.int().positive(),
      }),
    ),
    customerRate: rateLimit.exactOptional(),
    keyRate: rateLimit.exactOptional(),
  }),
});

/** A principal as the authorizer hands it on: one string of JSON, because API Gateway carries nothing else. */
export const writePrincipal = (principal: Principal): string =>
  JSON.stringify(principal, (_name, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );

/** Reads what `writePrincipal` wrote; throws on anything else, because only our authorizer writes it. */
export const readPrincipal = (json: string): Principal => schema.parse(JSON.parse(json));
