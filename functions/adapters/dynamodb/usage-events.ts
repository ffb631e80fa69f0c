import * as z from "zod";
import { keyModes } from "../../../core/access/key-format.ts";
import { quantityKinds } from "../../../core/billing/quantities.ts";
import { type UsageEvent, outcomes, quantitySources } from "../../../core/billing/usage-event.ts";
import { abortPolicies } from "../../../core/catalogue/price.ts";
import { tasks } from "../../../core/catalogue/task.ts";
import {
  type RequestId,
  leaseOf,
  parseBatchId,
  parseCustomerId,
  parseKeyId,
  parseLeaseId,
  parsePriceId,
  parseProjectId,
  parseRequestId,
} from "../../../core/identifiers.ts";
import { tableKeys } from "../../contract.ts";
import { parsedBy } from "../../parsed-by.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { type Item, type Plain, itemKey, readItem, writeItem } from "./item.ts";
import { putNewItem } from "./put-new-item.ts";
import { count, instant, money } from "./schemas.ts";

/** The usage table: one event per admitted request, partition = lease, sort = request. */
export interface UsageEventTable {
  /**
   * Stores an event unless its request has one, and resolves with the one that is on record then. Storing it again, after an
   * acknowledgement was lost, changes nothing.
   */
  put(event: UsageEvent): Promise<UsageEvent>;
  find(request: RequestId): Promise<UsageEvent | undefined>;
}

const quantitiesSchema = z
  .partialRecord(z.enum(quantityKinds), count)
  .transform((quantities) => quantities as Readonly<Partial<Record<(typeof quantityKinds)[number], number>>>);

/** Has every field that an event has: one that is missing here would be lost on its way through the table. */
const fields = {
  request: parsedBy(parseRequestId),
  lease: parsedBy(parseLeaseId),
  customer: parsedBy(parseCustomerId),
  project: parsedBy(parseProjectId).exactOptional(),
  key: parsedBy(parseKeyId),
  mode: z.enum(keyModes),
  model: z.string(),
  modelVersion: z.string(),
  artifactDigest: z.string().exactOptional(),
  task: z.enum(tasks),
  region: z.string(),
  streamed: z.boolean(),
  price: parsedBy(parsePriceId),
  quantities: quantitiesSchema,
  source: z.enum(quantitySources),
  hold: money,
  cost: money,
  waived: z.boolean(),
  absorbed: money.exactOptional(),
  outcome: z.enum(outcomes),
  policy: z.enum(abortPolicies).exactOptional(),
  failure: z.string().exactOptional(),
  batch: parsedBy(parseBatchId).exactOptional(),
  admittedAt: instant,
  firstByteAt: instant.exactOptional(),
  endedAt: instant,
} satisfies Record<keyof UsageEvent, z.ZodType>;

const schema = z.object(fields);

/** Lease and request are the item's key; they are not stored twice. */
export const writeUsageEvent = ({ lease, request, ...event }: UsageEvent): Item => ({
  ...itemKey(lease, request),
  ...writeItem(Object.fromEntries(Object.entries(event).map(([name, value]) => [name, plain(value)]))),
});

const plain = (value: string | number | bigint | boolean | UsageEvent["quantities"]): Plain => {
  if (typeof value === "number") return BigInt(value);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([kind, quantity]) => [kind, BigInt(quantity)]));
};

export const readUsageEvent = (item: Item): UsageEvent => {
  const { [tableKeys.partition]: lease, [tableKeys.sort]: request, ...fields } = readItem(item);
  return schema.parse({ ...fields, lease, request });
};

export const usageEventTable = (client: DynamoDb, table: string): UsageEventTable => ({
  async put(event) {
    const item = writeUsageEvent(event);
    const stored = await putNewItem(client, table, item);
    return stored === item ? event : readUsageEvent(stored);
  },
  async find(request) {
    const { Item: item } = await client.getItem(
      // A client that has its answer may look it up at once: the read must see the write.
      { TableName: table, Key: itemKey(leaseOf(request), request), ConsistentRead: true },
    );
    return item && readUsageEvent(item);
  },
});
