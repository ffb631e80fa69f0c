import { z } from "zod";
import { describe } from "../cloudformation/property.ts";
import type { Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { FunctionRunner, Functions } from "../lambda/function-runner.ts";
import type { Queue } from "../sqs/queue.ts";

/** An event source mapping of an SQS queue. */
export type QueueMappingSettings = {
  readonly name: string;
  readonly queue: Queue;
  readonly runner: FunctionRunner;
  /** Messages per invocation. */
  readonly batchSize: number;
  /** How long a batch that is not full waits for more. */
  readonly batchingWindowMs: number;
  /** Invocations at once. */
  readonly concurrencyMax: number;
  /** The function answers with the ids of the messages that failed. */
  readonly reportsItemFailures: boolean;
};

/** What Lambda begins with; it adds more where a queue grows, which a laptop does not. */
const concurrencyDefault = 5;
/** What one receive can return; a batch of more takes several, and so a window to make them in. */
const receiveMessagesMax = 10;

// Filters, provisioned pollers and the rest are refused: strict.
const schema = z
  .strictObject({
    EventSourceArn: z.string(),
    FunctionName: z.string(),
    Enabled: z.boolean().default(true),
    BatchSize: z.int().min(1).max(10_000).default(10),
    MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
    ScalingConfig: z.strictObject({ MaximumConcurrency: z.int().min(2).max(1000) }).optional(),
    FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
    Tags: inert,
  })
  .refine(
    ({ BatchSize: size, MaximumBatchingWindowInSeconds: window }) => size <= receiveMessagesMax || window > 0,
    {
      error: `Lambda refuses batches of more than ${receiveMessagesMax} without a batching window`,
    },
  );

export const isQueueMapping = (resource: Resource): boolean =>
  /^arn:[^:]+:sqs:/.test(String(resource.properties["EventSourceArn"]));

/** Undefined for a mapping that the template disables. Refuses what Lambda refuses when a mapping is created. */
export function readQueueMapping(
  resource: Resource,
  functions: Functions,
  findQueue: (arn: string) => Queue | undefined,
): QueueMappingSettings | undefined {
  const properties = parseProperties(resource, schema);
  const queue = findQueue(properties.EventSourceArn);
  if (queue === undefined)
    throw new Error(`${describe(resource)}: queue ${properties.EventSourceArn} is in no template`);
  const runner = functions.find(properties.FunctionName, resource.stack.region);
  const { visibilityTimeoutMs } = queue.settings;
  // Else a message comes again while its first invocation still runs.
  if (visibilityTimeoutMs < runner.timeoutMs) {
    throw new Error(
      `${describe(resource)}: queue visibility timeout: ${visibilityTimeoutMs / 1000} seconds is less than ` +
        `function timeout: ${runner.timeoutMs / 1000} seconds`,
    );
  }
  if (!properties.Enabled) return undefined;
  return {
    name: `${resource.stack.name}-${resource.logicalId}`,
    queue,
    runner,
    batchSize: properties.BatchSize,
    batchingWindowMs: properties.MaximumBatchingWindowInSeconds * 1000,
    concurrencyMax: properties.ScalingConfig?.MaximumConcurrency ?? concurrencyDefault,
    reportsItemFailures: properties.FunctionResponseTypes.length > 0,
  };
}
