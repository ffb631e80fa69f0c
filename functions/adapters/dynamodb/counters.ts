import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { Counters, CounterWrite } from "../../../core/billing/counters.ts";
import type { CounterKey } from "../../../core/billing/counters-key.ts";
import {
  counterPartition,
  counterSort,
  hourText,
  markName,
  readCounter,
  readMark,
  tallyAttributes,
  writeMark,
} from "./counter-item.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import { type Item, itemKey } from "./item.ts";
import { queryRange } from "./query-range.ts";

/** The counters in the accounts table. The caller writes those of its own region only. */
export const dynamoDbCounters = (client: DynamoDb, table: string): Counters => ({
  async add(write) {
    try {
      await client.updateItem({ TableName: table, ...additionOf(write) });
      return { ok: true };
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      return { ok: false, counted: readMark(error.Item?.[markName(write.shard)]?.S).sequence };
    }
  },
  async *list(customer, from, until) {
    // A counter's sort key goes on after its hour: all of an hour's sort after its bare text, and before the next one's.
    const range = { from: hourText(from), before: hourText(until) };
    for await (const item of queryRange(client, table, counterPartition(customer), range))
      yield readCounter(item);
  },
  async forget(key, shard, watermark) {
    const input = {
      TableName: table,
      Key: itemKeyOf(key),
      UpdateExpression: "REMOVE #mark",
      ConditionExpression: "#mark = :mark",
      ExpressionAttributeNames: { "#mark": markName(shard) },
      ExpressionAttributeValues: { ":mark": { S: writeMark(watermark) } },
    } satisfies UpdateItemCommandInput;
    await client.updateItem(input).catch((error: unknown) => {
      // It has moved since it was read, so it is in use.
      if (!isConditionFailed(error)) throw error;
    });
  },
});

const itemKeyOf = (key: CounterKey): Item => itemKey(counterPartition(key.customer), counterSort(key));

const additionOf = ({ key, shard, first, last, tally, now }: CounterWrite) => {
  const amounts = [...tally].flatMap(([quarter, part]) => tallyAttributes(quarter, part));
  return {
    Key: itemKeyOf(key),
    UpdateExpression: `SET #mark = :last ADD ${amounts.map((_, index) => `#a${index} :a${index}`).join(", ")}`,
    // A mark is longer than a bare sequence number: the one that equals `first` sorts after it, and refuses as it must.
    ConditionExpression: "attribute_not_exists(#mark) OR #mark < :first",
    ExpressionAttributeNames: {
      "#mark": markName(shard),
      ...Object.fromEntries(amounts.map(([name], index) => [`#a${index}`, name])),
    },
    ExpressionAttributeValues: {
      ":first": { S: first },
      ":last": { S: writeMark({ sequence: last, writtenAt: now }) },
      ...Object.fromEntries(amounts.map(([, amount], index) => [`:a${index}`, { N: amount.toString() }])),
    },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
};
