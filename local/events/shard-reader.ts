import { deliverBatch, type Delivery } from "./batch-delivery.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import { pause, type Clock } from "./clock.ts";
import { divideIntoBatches } from "./divide-into-batches.ts";
import { endWindow } from "./end-window.ts";
import { divideByKey } from "./key-lanes.ts";
import { readPage } from "./read-page.ts";
import type { StreamMappingSettings } from "./stream-mapping-settings.ts";
import type { ShardPosition, StreamRecord, StreamSource } from "./stream-source.ts";
import { stateBytesMax, TumblingWindow } from "./tumbling-window.ts";

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
 * Rounds of a window are checkpointed together, at its end: its state would be lost in between.
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
  let window: TumblingWindow | undefined;
  let readUpTo = checkpoints.read(shardId);
  let deliveredUpTo = readUpTo;
  let savedUpTo = readUpTo;

  const save = async (): Promise<void> => {
    if (deliveredUpTo === undefined || deliveredUpTo === savedUpTo) return;
    await checkpoints.write(shardId, deliveredUpTo);
    savedUpTo = deliveredUpTo;
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
    const next = waiting[0] ?? (iterator === undefined ? "none" : "none yet");
    if (window?.isOver(next, clock.now())) {
      if (!(await endWindow(deliveryOf(context, window), window))) return "stopped";
      window = undefined;
      await save();
    }
    const isDue =
      waiting.length >= settings.batchSize ||
      iterator === undefined ||
      clock.now() - waitingSinceMs >= settings.batchingWindowMs;
    if (typeof next === "object" && isDue) {
      if (settings.windowMs !== undefined) window ??= new TumblingWindow(shardId, next, settings.windowMs);
      const round = (window?.ownOf(waiting) ?? waiting).slice(0, roundSize);
      if (!(await deliverRound(context, round, window))) return "stopped";
      waiting.splice(0, round.length);
      waitingSinceMs = clock.now();
      deliveredUpTo = round.at(-1)?.dynamodb.SequenceNumber;
    }
    // Records that the filter passed over count as delivered, once nothing before them is waiting.
    if (waiting.length === 0) deliveredUpTo = readUpTo;
    if (window === undefined) await save();
    if (waiting.length === 0 && iterator === undefined && window === undefined) return "closed";
    if (waiting.length < settings.batchSize) await pause(clock, pollMs, signal);
  }
  return "stopped";
}

const deliveryOf = (context: ShardContext, window: TumblingWindow | undefined): Delivery => ({
  ...context,
  ...context.settings,
  policy: context.settings.delivery,
  ...(window !== undefined && { window }),
});

async function deliverRound(
  context: ShardContext,
  round: readonly StreamRecord[],
  window: TumblingWindow | undefined,
): Promise<boolean> {
  const { batchSize, streamArn, parallelizationFactor } = context.settings;
  const delivery = deliveryOf(context, window);
  const lanes = divideByKey(round, parallelizationFactor).map(async (lane) => {
    const otherBytes = window === undefined ? 0 : stateBytesMax;
    for (const batch of divideIntoBatches(lane, batchSize, streamArn, otherBytes)) {
      if (!(await deliverBatch(delivery, batch))) return false;
    }
    return true;
  });
  return (await Promise.all(lanes)).every((delivered) => delivered);
}
