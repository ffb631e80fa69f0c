import { z } from "zod";
import type { AwsCall } from "../../aws-service.ts";
import { parseRequest } from "../../kms/kms-request.ts";
import { bodyDigest, systemAttributes, type Message } from "../message.ts";
import { keyChecks, queueCheck } from "../queue-checks.ts";
import type { SqsOperation } from "../sqs-operation.ts";

const systemAttribute = z.enum([
  "All",
  "ApproximateFirstReceiveTimestamp",
  "ApproximateReceiveCount",
  "SenderId",
  "SentTimestamp",
]);

const request = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  VisibilityTimeout: z.int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.int().min(0).max(20).optional(),
  MessageSystemAttributeNames: z.array(systemAttribute).default([]),
  // The name that it had before.
  AttributeNames: z.array(systemAttribute).default([]),
  // No message here has attributes of its own.
  MessageAttributeNames: z.array(z.string()).default([]),
});

export const receiveMessage: SqsOperation = (call, queues) => {
  const options = parseRequest(call, request);
  const queue = queues.byUrl(options.QueueUrl, call.region);
  const { VisibilityTimeout: visibility, WaitTimeSeconds: wait } = options;
  const wanted = new Set([...options.MessageSystemAttributeNames, ...options.AttributeNames]);
  return {
    checks: [
      queueCheck(queue.settings, "ReceiveMessage"),
      ...keyChecks(queue.settings, "receive", queues.kms),
    ],
    run: async () => {
      const messages = await queue.receiveWithin(
        {
          messagesMax: options.MaxNumberOfMessages,
          ...(visibility === undefined ? {} : { visibilityTimeoutMs: visibility * 1000 }),
        },
        wait === undefined ? queue.settings.receiveWaitMs : wait * 1000,
        goneSignal(call),
      );
      return messages.length === 0 ? {} : { Messages: messages.map((message) => shown(message, wanted)) };
    },
  };
};

/** Aborts when nobody waits for the answer any more: what it would have carried stays in the queue. */
function goneSignal({ response }: AwsCall): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

const shown = (message: Message, wanted: ReadonlySet<string>) => {
  const attributes = Object.entries(systemAttributes(message)).filter(
    ([name]) => wanted.has("All") || wanted.has(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: bodyDigest(message.body),
    Body: message.body,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
  };
};
