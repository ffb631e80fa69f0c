import type { AccessCheck, AwsCall } from "../aws-service.ts";
import type { Kms } from "../kms/kms.ts";
import type { Queue } from "./queue.ts";

/** What an operation finds its queue, and that queue's key, in. */
export type Queues = {
  /** By the URL that a request names; throws `QueueDoesNotExist`. */
  byUrl(url: string, region: string): Queue;
  byName(name: string, region: string): Queue;
  readonly kms: Kms;
};

/** A call that was read and whose queue was found: what it asks of IAM, and what it answers once allowed. */
export type PreparedOperation = {
  readonly checks: readonly AccessCheck[];
  run(): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
};

/** Prepares a call; throws AWS's errors for a request that cannot be read or names no queue. */
export type SqsOperation = (call: AwsCall, queues: Queues) => PreparedOperation;
