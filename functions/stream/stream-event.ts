import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { type SequenceNumber, parseSequenceNumber } from "../../core/billing/counters-sequence.ts";
import { isJsonObject } from "../../core/json.ts";
import { parsedBy } from "../parsed-by.ts";

/**
 * What Lambda delivers of a table's stream. The shard is told only to mappings with a tumbling window, and both the marks of
 * the counters and the chains of the archive are per shard: a mapping without one is refused here, by name.
 */
// What an attribute may hold is checked by whoever reads it.
const image = z.record(z.string(), z.custom<AttributeValue>(isJsonObject));

const recordSchema = z.object({
  eventName: z.enum(["INSERT", "MODIFY", "REMOVE"]),
  awsRegion: z.string().min(1),
  dynamodb: z.object({
    SequenceNumber: z.string(),
    Keys: z.record(z.string(), z.object({ S: z.string() })),
    /** Epoch seconds. */
    ApproximateCreationDateTime: z.number().nonnegative(),
    NewImage: image.optional(),
    OldImage: image.optional(),
  }),
});

const schema = z.object({
  shardId: z.string({ error: "is missing: the event source mapping needs a tumbling window" }),
  Records: z.array(recordSchema),
});

export type StreamEvent = z.infer<typeof schema>;
export type StreamRecord = z.infer<typeof recordSchema>;

export const parseStreamEvent = (event: unknown): StreamEvent => schema.parse(event);

/**
 * Lambda's answer to a batch: from the lowest failure on, everything is delivered again. A tumbling window carries state
 * from batch to batch; ours is in tables and the archive.
 */
export type BatchResponse = {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  readonly state: Readonly<Record<string, never>>;
};

/** `resumeAt`: the first record that is not done, if one is not. Reported by the stream's own text. */
export const answerBatch = (
  delivered: readonly StreamRecord[],
  resumeAt: SequenceNumber | undefined,
): BatchResponse => {
  const failedFrom = delivered.find((record) => sequenceOf(record) === resumeAt)?.dynamodb.SequenceNumber;
  return {
    batchItemFailures: failedFrom === undefined ? [] : [{ itemIdentifier: failedFrom }],
    state: {},
  };
};

const sequenceSchema = parsedBy(parseSequenceNumber);

/** The number as core compares it; failures are reported with the stream's own text. */
export const sequenceOf = ({ dynamodb }: StreamRecord) => sequenceSchema.parse(dynamodb.SequenceNumber);
