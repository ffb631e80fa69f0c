import { deliverBatch } from "./batch-delivery.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import { pause, type Clock } from "./clock.ts";
import { divideIntoBatches } from "./divide-into-batches.ts";
import { divideByKey } from "./key-lanes.ts";
import type { StreamMappingSettings } from "./stream-mapping-settings.ts";
import type { ShardPosition, StreamRecord, StreamSource } from "./stream-source.ts";

export type ShardContext = {
  readonly settings: StreamMappingSettings;
  readonly source: StreamSource;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly notice: (message: string) => void;
};

/** Lambda polls a shard four times a second. */
const pollMs = 250;
const recordsPerCall = 1000;

/** Where to begin: after what was delivered, else where the mapping says. */
export function firstPosition(
  context: ShardContext,
  shardId: string,
  unread: "TRIM_HORIZON" | "LATEST",
): ShardPosition {
  const sequenceNumber = context.checkpoints.read(shardId);
  return sequenceNumber === undefined ? { type: unread } : { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber };
}

/**
 * Delivers a shard's records, from the iterator to the shard's end. A round takes one batch per lane and is
 * checkpointed when all its lanes are through; a crash before that repeats the round, as Lambda may repeat any batch.
 */
export async function readShard(
  context: ShardContext,
  shardId: string,
  firstIterator: string,
): Promise<"closed" | "stopped"> {
  const { settings, checkpoints, clock, signal } = context;
  const roundSize = settings.batchSize * settings.parallelizationFactor;
  let iterator: string | undefined = firstIterator;
  const waiting: StreamRecord[] = [];
  let waitingSinceMs = clock.now();
  let readUpTo = checkpoints.read(shardId);
  let savedUpTo = readUpTo;

  const save = async (sequenceNumber: string | undefined): Promise<void> => {
    if (sequenceNumber === undefined || sequenceNumber === savedUpTo) return;
    await checkpoints.write(shardId, sequenceNumber);
    savedUpTo = sequenceNumber;
  };

  while (!signal.aborted) {
    if (iterator !== undefined && waiting.length < roundSize) {
      const page = await readPage(context, shardId, iterator, readUpTo);
      iterator = page.nextIterator;
      const accepted = page.records.filter((record) => settings.accepts(record));
      if (waiting.length === 0) waitingSinceMs = clock.now();
      waiting.push(...accepted);
      readUpTo = page.records.at(-1)?.dynamodb.SequenceNumber ?? readUpTo;
    }
    const isDue =
      waiting.length >= settings.batchSize ||
      iterator === undefined ||
      clock.now() - waitingSinceMs >= settings.batchingWindowMs;
    if (waiting.length > 0 && isDue) {
      const round = waiting.slice(0, roundSize);
      if (!(await deliverRound(context, round))) return "stopped";
      waiting.splice(0, round.length);
      waitingSinceMs = clock.now();
      if (waiting.length > 0) await save(round.at(-1)?.dynamodb.SequenceNumber);
    }
    // Records that the filter passed over count as delivered, once nothing before them is waiting.
    if (waiting.length === 0) await save(readUpTo);
    if (waiting.length === 0 && iterator === undefined) return "closed";
    if (waiting.length < settings.batchSize) await pause(clock, pollMs, signal);
  }
  return "stopped";
}

async function deliverRound(context: ShardContext, round: readonly StreamRecord[]): Promise<boolean> {
  const { settings } = context;
  const delivery = { ...context, ...settings, policy: settings.delivery };
  const lanes = divideByKey(round, settings.parallelizationFactor).map(async (lane) => {
    for (const batch of divideIntoBatches(lane, settings.batchSize, settings.streamArn)) {
      if (!(await deliverBatch(delivery, batch))) return false;
    }
    return true;
  });
  return (await Promise.all(lanes)).every((delivered) => delivered);
}

/** Reads a page. An iterator that has expired is replaced by one after the last record read. */
async function readPage(
  { source, settings, notice }: ShardContext,
  shardId: string,
  iterator: string,
  readUpTo: string | undefined,
): Promise<{ readonly records: readonly StreamRecord[]; readonly nextIterator?: string }> {
  try {
    return await source.getRecords(settings.streamArn, iterator, recordsPerCall);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    notice(`cannot read the stream, trying again: ${error.name}: ${error.message}`);
    if (error.name === "ExpiredIteratorException" || error.name === "TrimmedDataAccessException") {
      const position: ShardPosition =
        readUpTo === undefined || error.name === "TrimmedDataAccessException"
          ? { type: "TRIM_HORIZON" }
          : { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: readUpTo };
      return {
        records: [],
        nextIterator: await source.getShardIterator(settings.streamArn, shardId, position),
      };
    }
    return { records: [], nextIterator: iterator };
  }
}
