import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { type Batch } from "../../../core/batches/batch.ts";
import type { BatchRecords } from "../../../core/batches/ports.ts";
import { batchId, firstUlid } from "../../../core/identifiers.ts";
import { epochMs } from "../../../core/time.ts";
import { tableKeys } from "../../contract.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import { batchItem, batchItemKey, batchPartition, readBatch } from "./batch-item.ts";
import { plainMembers } from "./billing-plain.ts";
import { type Plain, writeItem } from "./item.ts";
import { queryPages } from "./query-pages.ts";
import { despiteConflicts } from "./transact.ts";

/** The last instant that an id can hold. */
const latest = batchId(firstUlid(epochMs(2 ** 48 - 1)));

/** Batches: partition = `BATCHES#<customer>#<region>`, sort = the batch's id. */
export const batchRecords = (client: DynamoDb, table: string, region: string): BatchRecords => ({
  async add(batch) {
    // The same put again, after an answer that was lost, stores the same item.
    await client.putItem({ TableName: table, Item: batchItem(batch, region) });
  },
  async find(customer, id) {
    const { Item: item } = await client.getItem({
      TableName: table,
      Key: batchItemKey({ customer, id }, region),
      ConsistentRead: true,
    });
    return item && readBatch(item);
  },
  async list(customer, { oldest, after = latest, limit }) {
    // BETWEEN wants its ends in order, and nothing lies before the oldest.
    if (after < oldest) return [];
    const found: Batch[] = [];
    const pages = queryPages(client, {
      TableName: table,
      KeyConditionExpression: `${tableKeys.partition} = :partition AND ${tableKeys.sort} BETWEEN :from AND :to`,
      ExpressionAttributeValues: writeItem({
        ":partition": batchPartition(customer, region),
        ":from": oldest,
        ":to": after,
      }),
      ScanIndexForward: false,
      ConsistentRead: true,
      // The one that a page comes after is between its ends too.
      Limit: limit + 1,
    });
    for await (const page of pages) {
      found.push(...page.map(readBatch).filter(({ id }) => id !== after));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  },
  async change(batch, from, { since = {}, ...fields }) {
    const set: Record<string, Plain | undefined> = plainMembers(fields);
    const names = Object.keys(set);
    const instants = Object.entries(since);
    const input = {
      TableName: table,
      Key: batchItemKey(batch, region),
      UpdateExpression: `SET ${[
        ...names.map((name) => `#${name} = :${name}`),
        ...instants.map(([state]) => `#since.#since_${state} = :since_${state}`),
      ].join(", ")}`,
      ConditionExpression: [
        `#state IN (${from.map((_, index) => `:from${index}`).join(", ")})`,
        ...(fields.results ? ["attribute_not_exists(#results)"] : []),
      ].join(" AND "),
      ExpressionAttributeNames: {
        "#state": "state",
        ...(instants.length > 0 && { "#since": "since" }),
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ...Object.fromEntries(instants.map(([state]) => [`#since_${state}`, state])),
      },
      ExpressionAttributeValues: writeItem({
        ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
        ...Object.fromEntries(instants.map(([state, instant]) => [`:since_${state}`, BigInt(instant)])),
        ...Object.fromEntries(from.map((state, index) => [`:from${index}`, state])),
      }),
      ReturnValues: "ALL_NEW",
    } satisfies UpdateItemCommandInput;
    try {
      const { Attributes: item } = await despiteConflicts(() => client.updateItem(input));
      return item && readBatch(item);
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  },
});
