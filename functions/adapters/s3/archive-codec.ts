import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { ArchiveCodec } from "../../../core/billing/archive.ts";
import { isJsonObject } from "../../../core/json.ts";
import { readUsageEvent } from "../dynamodb/usage-events.ts";
import { itemKey, type Plain, writeItem } from "../dynamodb/item.ts";

/** gzip's header has no time and no file name here, so the same lines are the same bytes. */
export const archiveCodec: ArchiveCodec = {
  gzip: (bytes) => gzipSync(bytes),
  gunzip: (bytes) => gunzipSync(bytes),
  sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
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
