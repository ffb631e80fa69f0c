import { z } from "zod";
import { parseRequest } from "../../kms/kms-request.ts";
import { queueCheck } from "../queue-checks.ts";
import type { Queue } from "../queue.ts";
import type { SqsOperation } from "../sqs-operation.ts";

const urlRequest = z.strictObject({ QueueName: z.string() });

export const getQueueUrl: SqsOperation = (call, queues) => {
  const queue = queues.byName(parseRequest(call, urlRequest).QueueName, call.region);
  return {
    checks: [queueCheck(queue.settings, "GetQueueUrl")],
    run: () => ({ QueueUrl: queue.settings.url }),
  };
};

const attributesRequest = z.strictObject({
  QueueUrl: z.string(),
  AttributeNames: z
    .array(
      z.enum([
        "All",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "DelaySeconds",
        "KmsMasterKeyId",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "QueueArn",
        "ReceiveMessageWaitTimeSeconds",
        "RedrivePolicy",
        "VisibilityTimeout",
      ]),
    )
    .default([]),
});

export const getQueueAttributes: SqsOperation = (call, queues) => {
  const { QueueUrl: url, AttributeNames: names } = parseRequest(call, attributesRequest);
  const queue = queues.byUrl(url, call.region);
  const wanted: ReadonlySet<string> = new Set(names);
  return {
    checks: [queueCheck(queue.settings, "GetQueueAttributes")],
    run: () => {
      const attributes = Object.entries(attributesOf(queue)).filter(
        ([name, value]) => value !== undefined && (wanted.has("All") || wanted.has(name)),
      );
      return attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) };
    },
  };
};

const seconds = (ms: number): string => String(ms / 1000);

/** A queue's attributes as text; undefined: it has none of that name. */
function attributesOf(queue: Queue): Readonly<Record<string, string | undefined>> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  return {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    DelaySeconds: seconds(settings.delayMs),
    KmsMasterKeyId: settings.keyArn,
    MaximumMessageSize: String(settings.messageBytesMax),
    MessageRetentionPeriod: seconds(settings.retentionMs),
    QueueArn: settings.arn,
    ReceiveMessageWaitTimeSeconds: seconds(settings.receiveWaitMs),
    RedrivePolicy:
      settings.redrive &&
      JSON.stringify({
        deadLetterTargetArn: settings.redrive.deadLetterArn,
        maxReceiveCount: settings.redrive.receiveCountMax,
      }),
    VisibilityTimeout: seconds(settings.visibilityTimeoutMs),
  };
}
