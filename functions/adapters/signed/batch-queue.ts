import type { BatchQueue, BatchTask } from "../../../core/batches/ports.ts";
import { isJsonObject, parseJsonObject } from "../../../core/json.ts";
import type { AwsEndpoint } from "./aws-endpoint.ts";
import { readAll } from "./read-all.ts";

/** As much as one call takes. */
const messagesMax = 10;
const callMsMax = 10_000;
const attemptsMax = 4;

export type SignedBatchQueue = BatchQueue & {
  /** Has a message that is being worked on come again after so many seconds from now, unless it is done by then. */
  hide(receiptHandle: string, durationSeconds: number): Promise<void>;
};

/** An SQS queue; its client library would be a tenth of a function. */
export const batchQueue = (sqs: AwsEndpoint, queueUrl: string): SignedBatchQueue => {
  const call = async (operation: string, request: object): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await sqs
        .post({
          path: "/",
          headers: {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": `AmazonSQS.${operation}`,
          },
          body: Buffer.from(JSON.stringify({ QueueUrl: queueUrl, ...request })),
          signal: AbortSignal.timeout(callMsMax),
        })
        .then(async (response) => ({
          status: response.statusCode ?? 0,
          text: (await readAll(response)).toString("utf8"),
        }))
        .catch((error: unknown) => error);
      if (hasStatus(answer) && answer.status === 200) return parseJsonObject(answer.text);
      if (hasStatus(answer) && answer.status < 500) throw failure(operation, answer.status);
      // A message that was sent twice is worked on twice, which changes nothing.
      if (attempt === attemptsMax) throw hasStatus(answer) ? failure(operation, answer.status) : answer;
    }
  };
  const sendSome = async (tasks: readonly BatchTask[], delaySeconds: number): Promise<void> => {
    const answer = await call("SendMessageBatch", {
      Entries: tasks.map((task, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(task),
        DelaySeconds: delaySeconds,
      })),
    });
    const failed = isJsonObject(answer) ? answer["Failed"] : undefined;
    if (Array.isArray(failed) && failed.length > 0) throw failure("SendMessageBatch", 200);
  };
  return {
    async send(tasks, delaySeconds = 0) {
      for (let start = 0; start < tasks.length; start += messagesMax)
        await sendSome(tasks.slice(start, start + messagesMax), delaySeconds);
    },
    async hide(receiptHandle, durationSeconds) {
      await call("ChangeMessageVisibility", {
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: durationSeconds,
      });
    },
  };
};

const hasStatus = (answer: unknown): answer is { readonly status: number; readonly text: string } =>
  typeof answer === "object" && answer !== null && "status" in answer && "text" in answer;

/** Named for the log, which shows names only. */
const failure = (operation: string, status: number): Error =>
  Object.assign(new Error(`SQS answered ${operation} with ${status}`), { name: `Sqs${operation}${status}` });
