import { setTimeout as sleep } from "node:timers/promises";
import { listAt, objectAt, textAt } from "../json-value.ts";
import type { LogSink } from "../log-event.ts";
import type { DynamoDb } from "./dynamodb.ts";
import { LastWriterWins } from "./last-writer-wins.ts";
import type { TableDefinition } from "./table-definition.ts";

/** Replication of the global tables between their regions. */
export type Replication = {
  /** Nothing crosses between regions until `heal`. */
  partition(): void;
  heal(): void;
  /** Resolves when every write so far is in every region. Never during a partition. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** How long a quiet stream goes unread: writes wake its reader, only time to live writes without a caller. */
const quietPollMs = 1000;

const latestIterator = async (dynamodb: DynamoDb, table: TableDefinition): Promise<string> => {
  const streamArn = textAt(dynamodb.streamArn(table.region, table.name), `the stream of ${table.name}`);
  const described = await dynamodb.send(table.region, "DynamoDBStreams_20120810.DescribeStream", {
    StreamArn: streamArn,
  });
  const [shard] = listAt(objectAt(described["StreamDescription"], "DescribeStream")["Shards"], "Shards");
  const answer = await dynamodb.send(table.region, "DynamoDBStreams_20120810.GetShardIterator", {
    StreamArn: streamArn,
    ShardId: objectAt(shard, "Shards")["ShardId"],
    ShardIteratorType: "LATEST",
  });
  return textAt(answer["ShardIterator"], "GetShardIterator");
};

/** Multi-Region eventual consistency, as global tables have it: every region's stream is read and applied to the others. */
export const startReplication = async (dynamodb: DynamoDb, log: LogSink): Promise<Replication> => {
  const lastWriter = new LastWriterWins((region, target, body) => dynamodb.send(region, target, body));
  const busy = new Set<TableDefinition>();
  const stopping = new AbortController();
  const sleepers = new Set<() => void>();
  let partitioned = false;
  let failure: unknown;

  const wake = (): void => {
    for (const wakeUp of sleepers) wakeUp();
  };
  const untilWoken = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, quietPollMs);
    sleepers.add(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      sleepers.delete(resolve);
    });
  };

  const follow = async (table: TableDefinition, start: string): Promise<void> => {
    let iterator = start;
    while (!stopping.signal.aborted) {
      if (!partitioned) {
        busy.add(table);
        const answer = await dynamodb.send(table.region, "DynamoDBStreams_20120810.GetRecords", {
          ShardIterator: iterator,
          Limit: 1000,
        });
        iterator = textAt(answer["NextShardIterator"], "GetRecords");
        const records = listAt(answer["Records"], "GetRecords");
        for (const record of records) await lastWriter.apply(table, objectAt(record, "a stream record"));
        if (records.length > 0) continue;
        busy.delete(table);
      }
      await untilWoken();
    }
  };

  const replicated = dynamodb.tables.filter((table) => table.replicaRegions.length > 1);
  const starts = await Promise.all(
    replicated.map(async (table) => ({ table, iterator: await latestIterator(dynamodb, table) })),
  );
  const stopListening = dynamodb.onWrite((write) => {
    lastWriter.note(write);
    // The write itself is still to come.
    setImmediate(wake);
  });
  const readers = starts.map(({ table, iterator }) =>
    follow(table, iterator).catch((error: unknown) => {
      if (stopping.signal.aborted) return;
      failure ??= error;
      log({
        kind: "notice",
        message: `replication from ${table.region}/${table.name} ended: ${String(error)}`,
      });
    }),
  );

  return {
    partition: () => {
      partitioned = true;
    },
    heal: () => {
      partitioned = false;
      wake();
    },
    settled: async () => {
      // Several quiet rounds in a row: what one region's reader applies, another's has to read.
      for (let quiet = 0; quiet < 3; quiet = busy.size === 0 ? quiet + 1 : 0) {
        wake();
        await sleep(20);
        if (failure !== undefined) throw failure;
      }
    },
    stop: async () => {
      stopping.abort();
      stopListening();
      wake();
      await Promise.all(readers);
    },
  };
};
