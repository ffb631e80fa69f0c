import { z } from "zod";
import { parseRequest } from "../../kms/kms-request.ts";
import { queueCheck } from "../queue-checks.ts";
import type { SqsOperation } from "../sqs-operation.ts";
import { batchOf, runEach } from "./batch.ts";

const deleteRequest = z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() });

export const deleteMessage: SqsOperation = (call, queues) => {
  const { QueueUrl: url, ReceiptHandle: receipt } = parseRequest(call, deleteRequest);
  const queue = queues.byUrl(url, call.region);
  return {
    checks: [queueCheck(queue.settings, "DeleteMessage")],
    run: () => {
      queue.delete(receipt);
      return {};
    },
  };
};

const deleteBatchRequest = z.strictObject({
  QueueUrl: z.string(),
  Entries: batchOf(z.strictObject({ Id: z.string(), ReceiptHandle: z.string() })),
});

export const deleteMessageBatch: SqsOperation = (call, queues) => {
  const { QueueUrl: url, Entries: entries } = parseRequest(call, deleteBatchRequest);
  const queue = queues.byUrl(url, call.region);
  return {
    checks: [queueCheck(queue.settings, "DeleteMessage")],
    run: () => runEach(entries, ({ ReceiptHandle: receipt }) => queue.delete(receipt)),
  };
};

const visibilityRequest = z.strictObject({
  QueueUrl: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.int().min(0).max(43_200),
});

export const changeMessageVisibility: SqsOperation = (call, queues) => {
  const request = parseRequest(call, visibilityRequest);
  const queue = queues.byUrl(request.QueueUrl, call.region);
  return {
    checks: [queueCheck(queue.settings, "ChangeMessageVisibility")],
    run: () => {
      queue.changeVisibility(request.ReceiptHandle, request.VisibilityTimeout * 1000);
      return {};
    },
  };
};
