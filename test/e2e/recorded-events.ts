import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { Item } from "../../functions/adapters/dynamodb/item.ts";
import { readUsageEvent } from "../../functions/adapters/dynamodb/usage-events.ts";
import { tableKeys, usageEventPrefix } from "../../functions/contract.ts";
import type { DynamoDb } from "../../local/dynamodb/dynamodb.ts";
import { createStreamSource } from "../../local/dynamodb/stream-source.ts";

/**
 * Every usage event of a table so far. They are read from its stream, each once: tests ask a hundred times, and a scan
 * reads them all.
 */
export const recordedEvents = async (
  dynamodb: DynamoDb,
  region: string,
  table: string,
): Promise<() => Promise<readonly UsageEvent[]>> => {
  const streamArn = dynamodb.streamArn(region, table);
  if (streamArn === undefined) throw new Error(`${table} has no stream`);
  const source = createStreamSource(dynamodb);
  const { shards } = await source.describeStream(streamArn);
  const [shard, ...others] = shards;
  if (shard === undefined || others.length > 0) throw new Error(`${streamArn} has ${shards.length} shards`);
  let iterator: string | undefined = await source.getShardIterator(streamArn, shard.shardId, {
    type: "TRIM_HORIZON",
  });
  const events: UsageEvent[] = [];

  const readOn = async (): Promise<void> => {
    for (;;) {
      if (iterator === undefined) throw new Error(`${streamArn} has ended`);
      const { records, nextIterator } = await source.getRecords(streamArn, iterator, 1000);
      iterator = nextIterator;
      if (records.length === 0) return;
      for (const { eventName, dynamodb: change } of records) {
        const item = (change.NewImage ?? change.Keys) as Item;
        // The table has other items too: progress, and what is decided about lines of batches.
        const request = item[tableKeys.sort]?.S ?? "";
        if (!request.startsWith(usageEventPrefix)) continue;
        if (eventName !== "INSERT")
          throw new Error(`the usage event of ${request} was changed: ${eventName}`);
        events.push(readUsageEvent(item));
      }
    }
  };
  let reading = Promise.resolve();
  return async () => {
    reading = reading.then(readOn);
    await reading;
    return [...events];
  };
};
