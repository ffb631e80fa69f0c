import type { ShardContext } from "./shard-reader.ts";
import type { ShardPosition, StreamRecord } from "./stream-source.ts";

const recordsPerCall = 1000;

/** Reads a page. An iterator that has expired is replaced by one after the last record read. */
export async function readPage(
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
