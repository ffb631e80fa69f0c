import { ArchiveConflict } from "../../core/billing/archive.ts";
import { archiveAppender } from "../../core/billing/archive-append.ts";
import { s3Archive } from "../adapters/s3/archive.ts";
import { closingsArchiveCodec } from "../adapters/s3/archive-codec.ts";
import { s3 } from "../adapters/s3/client.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { type BatchResponse, answerBatch, parseStreamEvent } from "../stream/stream-event.ts";
import { closingRecords } from "./closing-records.ts";

const append = archiveAppender(s3Archive(s3(), required(environment.archiveBucket)), closingsArchiveCodec);

/**
 * The accounts table's stream: what each closed lease took from its wallet, into the archive, where audits compare it with
 * the lease's usage events. What fails is delivered again for as long as the stream keeps it.
 */
export const handler = async (event: unknown): Promise<BatchResponse> => {
  const { shardId, Records: delivered } = parseStreamEvent(event);
  const records = closingRecords(delivered);
  const [first] = delivered;
  if (!first || records.length === 0) return answerBatch(delivered, undefined);
  for (const record of records)
    if ("unreadable" in record) logError("closing_unreadable", { shard: shardId, sequence: record.sequence });
  try {
    await append({ region: first.awsRegion, shard: shardId }, records);
    logInfo("closings_recorded", { shard: shardId, delivered: delivered.length, writes: records.length });
    return answerBatch(delivered, undefined);
  } catch (error) {
    logError(error instanceof ArchiveConflict ? "archive_conflict" : "closings_not_recorded", {
      shard: shardId,
      ...(error instanceof ArchiveConflict && { object: error.object }),
      ...describeError(error),
    });
    return answerBatch(delivered, records[0]?.sequence);
  }
};
