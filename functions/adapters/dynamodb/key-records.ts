import * as z from "zod";
import type { KeyRecord } from "../../../core/access/key-record.ts";
import { keyModes } from "../../../core/access/key-format.ts";
import { scopes } from "../../../core/access/scope.ts";
import { type KeyId, parseCustomerId, parseKeyId, parseProjectId } from "../../../core/identifiers.ts";
import { parsedBy } from "../../parsed-by.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { budgetRule, plainBudgetRule, plainRateLimit, rateLimit } from "./limits.ts";
import { itemKey, readItem, writeItem } from "./item.ts";
import { instant } from "./schemas.ts";

/** Keys by id. Whoever holds one can call models: only the secret's hash is stored. */
export interface KeyRecords {
  find(id: KeyId): Promise<KeyRecord | undefined>;
  put(record: KeyRecord): Promise<void>;
}

const schema = z.object({
  id: parsedBy(parseKeyId),
  mode: z.enum(keyModes),
  secretHash: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  customer: parsedBy(parseCustomerId),
  project: parsedBy(parseProjectId).exactOptional(),
  scopes: z.array(z.enum(scopes)),
  models: z.array(z.string()).exactOptional(),
  sourceCidrs: z.array(z.string()).exactOptional(),
  budget: budgetRule.exactOptional(),
  rateLimit: rateLimit.exactOptional(),
  createdAt: instant,
  expiresAt: instant.exactOptional(),
  revokedAt: instant.exactOptional(),
});

const keyOf = (id: KeyId) => itemKey(id, "KEY");

export const keyRecords = (client: DynamoDb, table: string): KeyRecords => ({
  async find(id) {
    const { Item: item } = await client.getItem({ TableName: table, Key: keyOf(id) });
    return item && schema.parse(readItem(item));
  },
  async put(record) {
    const { createdAt, expiresAt, revokedAt, budget, rateLimit: rate, ...rest } = record;
    const limits = {
      budget: budget && plainBudgetRule(budget),
      rateLimit: rate && plainRateLimit(rate),
    };
    const times = {
      createdAt: BigInt(createdAt),
      expiresAt: toBigInt(expiresAt),
      revokedAt: toBigInt(revokedAt),
    };
    await client.putItem({
      TableName: table,
      Item: {
        ...keyOf(record.id),
        ...writeItem({ ...rest, ...times, ...limits }),
      },
    });
  },
});

const toBigInt = (value: number | undefined): bigint | undefined =>
  value === undefined ? undefined : BigInt(value);
