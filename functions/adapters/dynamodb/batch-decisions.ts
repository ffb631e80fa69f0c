import * as z from "zod";
import { batchLifeMs, progressCounts } from "../../../core/batches/batch.ts";
import { type Decision, type LineKey, decisionKinds } from "../../../core/batches/line-result.ts";
import type { BatchDecisions } from "../../../core/batches/ports.ts";
import type { BatchId } from "../../../core/identifiers.ts";
import type { Clock } from "../../../core/time.ts";
import { after } from "../../../core/time.ts";
import { expiryAttribute, tableKeys } from "../../contract.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { batchItemKey, readBatch } from "./batch-item.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { isNew } from "./next-version.ts";
import { queryAll } from "./query-all.ts";
import { transact } from "./transact.ts";
import { readUsageEvent, writeUsageEvent } from "./usage-events.ts";

type Tables = { readonly accounts: string; readonly usage: string; readonly region: string };

const schema = z.object({ kind: z.enum(decisionKinds), attempt: z.string() });

const readDecision = (item: Item): Decision => schema.parse(readItem(item));

const linePrefix = "LINE#";
const closedSort = "CLOSED";

const partitionOf = (batch: BatchId, chunk: number): string => `BATCH#${batch}#${chunk}`;
const lineKey = ({ batch, chunk, line }: LineKey): Item =>
  itemKey(partitionOf(batch, chunk), `${linePrefix}${line}`);

/**
 * In the usage table, beside the events that are stored in the same transactions: partition = `BATCH#<batch>#<chunk>`, sort =
 * `LINE#<line>`, and `CLOSED` for the chunk. They say nothing of what was asked and answered, and expire.
 */
export const batchDecisions = (
  client: DynamoDb,
  { accounts, usage, region }: Tables,
  clock: Clock,
): BatchDecisions => {
  const putNew = (item: Item) => ({
    Put: { TableName: usage, Item: item, ...isNew, ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const },
  });
  const expiring = (key: Item, fields: Readonly<Record<string, string>> = {}): Item => ({
    ...key,
    ...writeItem({ ...fields, [expiryAttribute]: BigInt(Math.ceil(after(clock.now(), batchLifeMs) / 1000)) }),
  });
  return {
    async ofChunk(batch, chunk) {
      const items = await queryAll(client, usage, partitionOf(batch, chunk));
      const sortOf = (item: Item): string => item[tableKeys.sort]?.S ?? "";
      return {
        isClosed: items.some((item) => sortOf(item) === closedSort),
        decisions: new Map(
          items
            .filter((item) => sortOf(item).startsWith(linePrefix))
            .map((item) => [Number(sortOf(item).slice(linePrefix.length)), readDecision(item)]),
        ),
      };
    },
    async decide(line, decision, event) {
      const outcome = await transact(client, {
        TransactItems: [
          putNew(expiring(lineKey(line), decision)),
          ...(event ? [putNew(writeUsageEvent(event))] : []),
        ],
      });
      if (outcome.ok) return { decision, ...(event && { event }) };
      const [decided, recorded] = outcome.reasons;
      return {
        ...(decided?.Item && { decision: readDecision(decided.Item) }),
        ...(recorded?.Item && { event: readUsageEvent(recorded.Item) }),
      };
    },
    async close(batch, chunk, progress) {
      const key = batchItemKey(batch, region);
      await transact(client, {
        TransactItems: [
          putNew(expiring(itemKey(partitionOf(batch.id, chunk), closedSort))),
          {
            Update: {
              TableName: accounts,
              Key: key,
              UpdateExpression: `SET ${progressCounts
                .map((name) => `#progress.#${name} = #progress.#${name} + :${name}`)
                .join(", ")}`,
              ExpressionAttributeNames: {
                "#progress": "progress",
                ...Object.fromEntries(progressCounts.map((name) => [`#${name}`, name])),
              },
              ExpressionAttributeValues: writeItem(
                Object.fromEntries(progressCounts.map((name) => [`:${name}`, BigInt(progress[name])])),
              ),
            },
          },
        ],
      });
      // Whoever closes the last chunk sees that all are closed.
      const { Item: item } = await client.getItem({ TableName: accounts, Key: key, ConsistentRead: true });
      if (!item) throw new Error(`${batch.id} is on record for as long as it runs`);
      return readBatch(item);
    },
  };
};
