import * as z from "zod";
import {
  type Batch,
  batchEndpoints,
  batchLifeMs,
  batchStates,
  progressCounts,
} from "../../../core/batches/batch.ts";
import { inputFaultCodes } from "../../../core/batches/input-fault.ts";
import type { BatchKey } from "../../../core/batches/ports.ts";
import type { CustomerId } from "../../../core/identifiers.ts";
import { parseBatchId, parseCustomerId, parseFileId, parseKeyId } from "../../../core/identifiers.ts";
import { after } from "../../../core/time.ts";
import { expiryAttribute } from "../../contract.ts";
import { parsedBy } from "../../parsed-by.ts";
import { plainMembers } from "./billing-plain.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { count, instant } from "./schemas.ts";

const since = z
  .partialRecord(z.enum(batchStates), instant)
  .transform((instants) => instants as Batch["since"]);

const schema = z.object({
  id: parsedBy(parseBatchId),
  customer: parsedBy(parseCustomerId),
  key: parsedBy(parseKeyId),
  input: parsedBy(parseFileId),
  endpoint: z.enum(batchEndpoints),
  metadata: z.record(z.string(), z.string()),
  createdAt: instant,
  state: z.enum(batchStates),
  since,
  faults: z.array(
    z.object({
      code: z.enum(inputFaultCodes),
      message: z.string(),
      line: count.exactOptional(),
      param: z.string().exactOptional(),
    }),
  ),
  size: z.object({ lines: count, chunks: count }).exactOptional(),
  progress: z.record(z.enum(progressCounts), count),
  results: z.object({ output: parsedBy(parseFileId), error: parsedBy(parseFileId) }).exactOptional(),
});

export const readBatch = (item: Item): Batch => schema.parse(readItem(item));

/** As the accounts table is replicated, and every item of it is written by one region, a batch's region is part of its key. */
export const batchPartition = (customer: CustomerId, region: string): string =>
  `BATCHES#${customer}#${region}`;

export const batchItemKey = ({ customer, id }: BatchKey, region: string): Item =>
  itemKey(batchPartition(customer, region), id);

export const batchItem = (batch: Batch, region: string): Item => ({
  ...batchItemKey(batch, region),
  ...writeItem({
    ...plainMembers(batch),
    [expiryAttribute]: BigInt(Math.ceil(after(batch.createdAt, batchLifeMs) / 1000)),
  }),
});
