import { z } from "zod";
import { bodyDigest, systemAttributes, type Message } from "../sqs/message.ts";
import { invokeWithEvent } from "./invoke-with-event.ts";
import type { QueueMappingSettings } from "./queue-mapping-settings.ts";

/**
 * Invokes the function with messages and deletes those that it is done with. The others stay in flight, and come again
 * when their visibility timeout is over: so do all of them when the function fails, or is at its concurrency.
 */
export async function deliverMessages(
  { runner, queue, reportsItemFailures }: QueueMappingSettings,
  batch: readonly Message[],
): Promise<void> {
  const { arn, region } = queue.settings;
  const outcome = await invokeWithEvent(runner, {
    Records: batch.map((message) => eventRecord(message, arn, region)),
  });
  if (outcome.kind !== "answered") return;
  const failed = reportsItemFailures ? reportedFailures(outcome.answer, batch) : new Set();
  for (const { id, receiptHandle = "" } of batch) if (!failed.has(id)) queue.delete(receiptHandle);
}

/** A message as the function sees it. */
const eventRecord = (message: Message, queueArn: string, region: string) => ({
  messageId: message.id,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: {},
  md5OfBody: bodyDigest(message.body),
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: region,
});

const reportSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullable();

/** No failures, or no report at all, is success. A report that is malformed or names another message fails the batch. */
function reportedFailures(answer: unknown, batch: readonly Message[]): ReadonlySet<string> {
  const sent = new Set(batch.map(({ id }) => id));
  const report = reportSchema.safeParse(answer);
  if (!report.success) return sent;
  const failed = (report.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => sent.has(id)) ? new Set(failed) : sent;
}
