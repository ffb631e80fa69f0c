import { eventRecord } from "./batch-outcome.ts";
import type { StreamRecord } from "./stream-source.ts";

/** What a Lambda invocation takes, with room for the `{"Records":[]}` around the records. */
const eventBytesMax = 6 * 1024 * 1024 - 64;

/** Consecutive batches of at most `batchSize` records, each small enough for one invocation beside `otherBytes`. */
export function divideIntoBatches(
  records: readonly StreamRecord[],
  batchSize: number,
  streamArn: string,
  otherBytes = 0,
): readonly (readonly StreamRecord[])[] {
  const recordsBytesMax = eventBytesMax - otherBytes;
  const batches: StreamRecord[][] = [];
  let current: StreamRecord[] = [];
  let currentBytes = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(JSON.stringify(eventRecord(record, streamArn))) + 1;
    if (current.length === 0 || current.length >= batchSize || currentBytes + bytes > recordsBytesMax) {
      current = [];
      currentBytes = 0;
      batches.push(current);
    }
    current.push(record);
    currentBytes += bytes;
  }
  return batches;
}
