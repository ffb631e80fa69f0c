import { pause } from "./clock.ts";
import { firstPosition, readShard, type ShardContext } from "./shard-reader.ts";

/** How often a stream is asked for new shards. */
const discoverMs = 5000;

/**
 * Reads every shard of one stream, a parent to its end before its children. Resolves once the shards that exist now
 * have their iterators: what is written after that is delivered, also with a starting position of LATEST.
 * @returns resolves when the signal has stopped all readers; rejects when one of them broke.
 */
export async function runStreamMapping(context: ShardContext): Promise<{ readonly ended: Promise<void> }> {
  const { source, settings, signal, clock } = context;
  const readers = new Map<string, Promise<void>>();
  const closed = new Set<string>();
  const broken = Promise.withResolvers<never>();

  const read = async (shardId: string, iterator: string): Promise<void> => {
    if ((await readShard(context, shardId, iterator)) === "closed") closed.add(shardId);
  };
  const startReaders = async (unread: "TRIM_HORIZON" | "LATEST"): Promise<void> => {
    const { shards } = await source.describeStream(settings.streamArn);
    const present = new Set(shards.map(({ shardId }) => shardId));
    for (const { shardId, parentShardId } of shards) {
      const isParentDone =
        parentShardId === undefined || !present.has(parentShardId) || closed.has(parentShardId);
      if (readers.has(shardId) || !isParentDone) continue;
      const position = firstPosition(context, shardId, unread);
      const iterator = await source.getShardIterator(settings.streamArn, shardId, position);
      readers.set(shardId, read(shardId, iterator).catch(broken.reject));
    }
  };
  await startReaders(settings.startingPosition);

  const reportStreamError = (error: unknown): void =>
    context.notice(`cannot read the stream, trying again: ${String(error)}`);

  const discover = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(clock, discoverMs, signal);
      // A shard that appears later continues one that was being read: nothing of it may be skipped.
      if (!signal.aborted) await startReaders("TRIM_HORIZON").catch(reportStreamError);
    }
    await Promise.all(readers.values());
  };
  return { ended: Promise.race([discover(), broken.promise]) };
}
