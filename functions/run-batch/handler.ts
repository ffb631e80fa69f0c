import { setTimeout as pause } from "node:timers/promises";
import { planBatch } from "../../core/batches/plan-batch.ts";
import type { BatchTask, RunPorts } from "../../core/batches/ports.ts";
import { runChunk } from "../../core/batches/run-chunk.ts";
import { after } from "../../core/time.ts";
import { batchDecisions } from "../adapters/dynamodb/batch-decisions.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { customerRecords } from "../adapters/dynamodb/customer-records.ts";
import { keyRecords } from "../adapters/dynamodb/key-records.ts";
import { batchContents } from "../adapters/signed/batch-contents.ts";
import { bucketUrl, signedBucket } from "../adapters/signed/bucket.ts";
import { batchPorts } from "../batches/batch-ports.ts";
import { environment, streamSecondsMax } from "../contract.ts";
import { required } from "../environment.ts";
import { presigner } from "../files/file-ports.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { imageHosts, inferencePorts } from "../infer/inference-ports.ts";
import { jsonRoutes } from "../infer/read-request.ts";
import type { Context } from "../schedule-event.ts";
import { systemClock } from "../system.ts";
import { callers } from "./callers.ts";
import { queueEventSchema, readTask } from "./read-task.ts";
import { showResult } from "./show-result.ts";
import { whileHidden } from "./while-hidden.ts";

const region = required("AWS_REGION");
const client = dynamoDb();
const directory = required(environment.directoryTable);
const { queue, ...batches } = batchPorts();
const ports: RunPorts = {
  ...batches,
  queue,
  decisions: batchDecisions(
    client,
    { accounts: required(environment.accountsTable), usage: required(environment.usageTable), region },
    systemClock,
  ),
  contents: batchContents(
    signedBucket(bucketUrl(region, required(environment.filesBucket), process.env), presigner(region)),
  ),
  inference: inferencePorts(client),
  callers: callers(keyRecords(client, directory), customerRecords(client, directory), systemClock),
  readRequest: (endpoint, body) => jsonRoutes[endpoint](body, imageHosts),
  showResult,
  pause: (durationMs) => pause(durationMs),
};

/** Of an invocation: for the last request to end, be metered, and the chunk to be closed. */
const endMs = (streamSecondsMax + 60) * 1000;

/** Runs batches: a message is a batch to be validated, or some of its lines to be answered. */
export const handler = async (event: unknown, context: Context) => {
  const failed: string[] = [];
  for (const { messageId, receiptHandle, body } of queueEventSchema.parse(event).Records) {
    try {
      const task = readTask(body);
      await whileHidden(queue, receiptHandle, () => work(task, context));
      logInfo("batch_task", { kind: task.kind, customer: task.customer, batch: task.batch });
    } catch (error) {
      logError("batch_task_failed", describeError(error));
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

const work = async (task: BatchTask, context: Context): Promise<void> => {
  if (task.kind === "plan") return planBatch(ports)(task.customer, task.batch);
  const beginUntil = after(systemClock.now(), Math.max(0, context.getRemainingTimeInMillis() - endMs));
  return runChunk(ports)(task.customer, task.batch, task.chunk, beginUntil);
};
