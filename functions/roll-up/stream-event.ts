import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { parseSequenceNumber } from "../../core/billing/counters-sequence.ts";
import { isJsonObject } from "../../core/json.ts";
import { parsedBy } from "../parsed-by.ts";

/**
 * What Lambda delivers of the usage table's stream. The shard is told only to mappings with a tumbling window, and both the
 * marks of the counters and the chains of the archive are per shard: a mapping without one is refused here, by name.
 */
const recordSchema = z.object({
  eventName: z.enum(["INSERT", "MODIFY", "REMOVE"]),
  awsRegion: z.string().min(1),
  dynamodb: z.object({
    SequenceNumber: z.string(),
    Keys: z.record(z.string(), z.object({ S: z.string() })),
    // What an attribute may hold is checked by whoever reads it.
    NewImage: z.record(z.string(), z.custom<AttributeValue>(isJsonObject)).optional(),
  }),
});

const schema = z.object({
  shardId: z.string({ error: "is missing: the event source mapping needs a tumbling window" }),
  Records: z.array(recordSchema),
});

export type StreamEvent = z.infer<typeof schema>;
export type StreamRecord = z.infer<typeof recordSchema>;

export const parseStreamEvent = (event: unknown): StreamEvent => schema.parse(event);

const sequenceSchema = parsedBy(parseSequenceNumber);

/** The number as core compares it; failures are reported with the stream's own text. */
export const sequenceOf = ({ dynamodb }: StreamRecord) => sequenceSchema.parse(dynamodb.SequenceNumber);
