import { z } from "zod";
import { AwsError, type Caller } from "../../aws-service.ts";
import { parseRequest } from "../../kms/kms-request.ts";
import { bodyDigest, type Message } from "../message.ts";
import { keyChecks, queueCheck } from "../queue-checks.ts";
import type { Queue } from "../queue.ts";
import type { SqsOperation } from "../sqs-operation.ts";
import { batchOf } from "./batch.ts";

// Message attributes are refused: nothing here would carry them.
const message = {
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(900).optional(),
};
type MessageRequest = { readonly MessageBody: string; readonly DelaySeconds?: number | undefined };

const sendRequest = z.strictObject({ QueueUrl: z.string(), ...message });

export const sendMessage: SqsOperation = (call, queues) => {
  const { QueueUrl: url, ...request } = parseRequest(call, sendRequest);
  const queue = queues.byUrl(url, call.region);
  return {
    checks: [queueCheck(queue.settings, "SendMessage"), ...keyChecks(queue.settings, "send", queues.kms)],
    run: () => {
      requireSize(queue, [request]);
      return sent(enqueue(queue, request, call.caller));
    },
  };
};

const sendBatchRequest = z.strictObject({
  QueueUrl: z.string(),
  Entries: batchOf(z.strictObject({ Id: z.string(), ...message })),
});

export const sendMessageBatch: SqsOperation = (call, queues) => {
  const { QueueUrl: url, Entries: entries } = parseRequest(call, sendBatchRequest);
  const queue = queues.byUrl(url, call.region);
  return {
    checks: [queueCheck(queue.settings, "SendMessage"), ...keyChecks(queue.settings, "send", queues.kms)],
    run: () => {
      requireSize(queue, entries);
      return {
        Successful: entries.map((entry) => ({
          Id: entry.Id,
          ...sent(enqueue(queue, entry, call.caller)),
        })),
        Failed: [],
      };
    },
  };
};

function enqueue(queue: Queue, { MessageBody: body, DelaySeconds: delay }: MessageRequest, caller: Caller) {
  const [, role = "", session = ""] = caller.sessionArn.split("/");
  return queue.send(body, `${role}:${session}`, delay === undefined ? undefined : delay * 1000);
}

const sent = ({ id, body }: Message) => ({ MessageId: id, MD5OfMessageBody: bodyDigest(body) });

/** XML's characters: SQS takes no others. */
const allowedText = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

function requireSize(queue: Queue, messages: readonly MessageRequest[]): void {
  const { messageBytesMax } = queue.settings;
  const bytes = messages.reduce((sum, { MessageBody: body }) => sum + Buffer.byteLength(body), 0);
  if (bytes > messageBytesMax) {
    throw messages.length === 1
      ? new AwsError(
          "InvalidParameterValue",
          `One or more parameters are invalid. Reason: Message must be shorter than ${messageBytesMax} bytes.`,
        )
      : new AwsError(
          "BatchRequestTooLong",
          `Batch requests cannot be longer than ${messageBytesMax} bytes. You have sent ${bytes} bytes.`,
        );
  }
  if (messages.some(({ MessageBody: body }) => !allowedText.test(body)))
    throw new AwsError("InvalidMessageContents", "The message contains characters outside the allowed set.");
}
