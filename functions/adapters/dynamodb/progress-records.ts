import type { PutItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { UsageEvent } from "../../../core/billing/usage-event.ts";
import { expiryAttribute, tableKeys } from "../../contract.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import { type Item, itemKey } from "./item.ts";
import { readUsageEvent, writeUsageEvent } from "./usage-events.ts";

/** Beside its lease's usage events: nobody takes it for one, as their sort keys begin otherwise (`usageEventPrefix`). */
const prefix = "PROGRESS#";

/** Long after its lease was closed, by whoever came next or by a schedule, a record means nothing. */
const keptSeconds = 14 * 24 * 60 * 60;

const sortOf = (item: Item): string => item[tableKeys.sort]?.S ?? "";

export const isProgress = (item: Item): boolean => sortOf(item).startsWith(prefix);

/** A progress record is the usage event that its request leaves if nothing more is heard from it, under another key. */
const writeProgress = (event: UsageEvent): Item => ({
  ...writeUsageEvent(event),
  ...itemKey(event.lease, `${prefix}${event.request}`),
  [expiryAttribute]: { N: String(Math.ceil(event.endedAt / 1000) + keptSeconds) },
});

export const readProgress = (item: Item): UsageEvent =>
  readUsageEvent({ ...item, [tableKeys.sort]: { S: sortOf(item).slice(prefix.length) } });

export type ProgressTable = {
  /** Stores a record in place of the request's last one. A copy that arrives after a later one changes nothing. */
  keep(event: UsageEvent): Promise<void>;
};

export const progressTable = (client: DynamoDb, table: string): ProgressTable => ({
  async keep(event) {
    const item = writeProgress(event);
    const input = {
      TableName: table,
      Item: item,
      ConditionExpression: `attribute_not_exists(${tableKeys.partition}) OR endedAt <= :endedAt`,
      ExpressionAttributeValues: { ":endedAt": { N: String(event.endedAt) } },
    } satisfies PutItemCommandInput;
    await client.putItem(input).catch((error: unknown) => {
      if (!isConditionFailed(error)) throw error;
    });
  },
});
