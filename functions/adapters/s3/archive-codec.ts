import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod";
import type { ArchiveCodec } from "../../../core/billing/archive.ts";
import type { CellClosings } from "../../../core/billing/cell-closings.ts";
import type { UsageEvent } from "../../../core/billing/usage-event.ts";
import { parseCustomerId, parseLeaseId } from "../../../core/identifiers.ts";
import { isJsonObject } from "../../../core/json.ts";
import { epochMs } from "../../../core/time.ts";
import { parsedBy } from "../../parsed-by.ts";
import { readUsageEvent } from "../dynamodb/usage-events.ts";
import { itemKey, type Plain, writeItem } from "../dynamodb/item.ts";
import { money } from "../dynamodb/schemas.ts";

/** gzip's header has no time and no file name here, so the same lines are the same bytes. */
const packing = {
  gzip: (bytes: Uint8Array) => gzipSync(bytes),
  gunzip: (bytes: Uint8Array) => gunzipSync(bytes),
  sha256: (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex"),
};

export const usageArchiveCodec: ArchiveCodec<UsageEvent> = {
  ...packing,
  kind: "usage",
  readEvent(value) {
    if (!isJsonObject(value)) throw new Error("a usage event is an object");
    const { lease, request, ...fields } = value;
    // By way of the table's own form: one schema says what a usage event is, wherever it is kept.
    return readUsageEvent({ ...itemKey(String(lease), String(request)), ...writeItem(plainFields(fields)) });
  },
};

const plainFields = (fields: Readonly<Record<string, unknown>>): Record<string, Plain> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));

const plain = (value: unknown): Plain => {
  if (typeof value === "string" || typeof value === "bigint" || typeof value === "boolean") return value;
  if (typeof value === "number") return BigInt(value);
  if (isJsonObject(value)) return plainFields(value);
  throw new Error("a usage event has no such member");
};

const closingsSchema = z.object({
  customer: parsedBy(parseCustomerId),
  cell: z.string(),
  closedAt: z.number().transform(epochMs),
  spentBefore: money,
  spentAfter: money,
  leases: z.array(z.object({ lease: parsedBy(parseLeaseId), spent: money, expired: z.boolean() })),
});

export const closingsArchiveCodec: ArchiveCodec<CellClosings> = {
  ...packing,
  kind: "closings",
  readEvent: (value) => closingsSchema.parse(value),
};
