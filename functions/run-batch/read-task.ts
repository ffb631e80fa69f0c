import * as z from "zod";
import type { BatchTask } from "../../core/batches/ports.ts";
import { parseBatchId, parseCustomerId } from "../../core/identifiers.ts";
import { parsedBy } from "../parsed-by.ts";

const count = z.int().nonnegative();
const whose = { customer: parsedBy(parseCustomerId), batch: parsedBy(parseBatchId) };

const schema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("plan"), ...whose }),
  z.object({
    kind: z.literal("run"),
    ...whose,
    chunk: z.object({ index: count, lines: count, offset: count, bytes: count }),
  }),
]);

/** Reads a message's body; throws on anything that our functions did not send. */
export const readTask = (body: string): BatchTask => schema.parse(JSON.parse(body));

/** What is read of an SQS event: the mapping hands on one message at a time. */
export const queueEventSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), receiptHandle: z.string(), body: z.string() })),
});
