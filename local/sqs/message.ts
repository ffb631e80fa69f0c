import { createHash } from "node:crypto";

/** A message of a queue. It is replaced, never changed. */
export type Message = {
  readonly id: string;
  /** Counts the sends of a queue: messages are handed out in this order, as far as their visibility lets them. */
  readonly sequence: number;
  readonly body: string;
  /** `role:session` of whoever sent it. */
  readonly senderId: string;
  readonly sentAtMs: number;
  /** Nobody receives it before: it is delayed, or in flight. */
  readonly visibleAtMs: number;
  readonly receiveCount: number;
  /** Absent until it is received. */
  readonly firstReceivedAtMs?: number;
  /** Of the latest receive; an earlier one's deletes nothing any more. */
  readonly receiptHandle?: string;
};

/** What SQS answers for clients to check that the text arrived whole. */
export const bodyDigest = (body: string): string => createHash("md5").update(body).digest("hex");

/** What SQS tells of a message that was received, as text. */
export const systemAttributes = (message: Message): Readonly<Record<string, string>> => ({
  ApproximateReceiveCount: String(message.receiveCount),
  SentTimestamp: String(message.sentAtMs),
  SenderId: message.senderId,
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? message.sentAtMs),
});
