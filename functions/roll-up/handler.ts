import { ArchiveConflict } from "../../core/billing/archive.ts";
import { archiveAppender } from "../../core/billing/archive-append.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { dynamoDbCounters } from "../adapters/dynamodb/counters.ts";
import { s3Archive } from "../adapters/s3/archive.ts";
import { usageArchiveCodec } from "../adapters/s3/archive-codec.ts";
import { s3 } from "../adapters/s3/client.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { systemClock } from "../system.ts";
import { type RollUpPorts, rollUp } from "./roll-up.ts";
import { type BatchResponse, answerBatch, parseStreamEvent } from "../stream/stream-event.ts";
import { usageRecords } from "./usage-records.ts";

const ports: RollUpPorts = {
  counters: dynamoDbCounters(dynamoDb(), required(environment.accountsTable)),
  append: archiveAppender(s3Archive(s3(), required(environment.archiveBucket)), usageArchiveCodec),
  clock: systemClock,
};

/**
 * The usage table's stream: every event into the archive and into the counters, each exactly once. What it throws, and what
 * it reports as failed, is delivered again for as long as the stream keeps it. Its mapping has a tumbling window, which
 * tells the shard, and a parallelization factor of 1: lanes of one shard would overtake each other's marks.
 */
export const handler = async (event: unknown): Promise<BatchResponse> => {
  const { shardId, Records: delivered } = parseStreamEvent(event);
  // The window's last call may have nothing in it.
  const [first] = delivered;
  if (!first) return answerBatch(delivered, undefined);
  const records = usageRecords(delivered);
  const { resumeAt, causes } = await rollUp(ports, { region: first.awsRegion, shard: shardId }, records);

  const unreadable = records.filter((record) => "unreadable" in record);
  for (const { sequence } of unreadable) logError("usage_event_unreadable", { shard: shardId, sequence });
  for (const cause of causes)
    logError(cause instanceof ArchiveConflict ? "archive_conflict" : "roll_up_failed", {
      shard: shardId,
      resumeAt,
      ...(cause instanceof ArchiveConflict && { object: cause.object }),
      ...describeError(cause),
    });
  logInfo("rolled_up", { shard: shardId, delivered: delivered.length, events: records.length, resumeAt });
  return answerBatch(delivered, resumeAt);
};
