import { createHash } from "node:crypto";
import type { StreamRecord } from "./stream-source.ts";

/**
 * Divides records among lanes that may be delivered side by side. All records of an item (partition and sort key)
 * go to one lane, in their order. Empty lanes are left out.
 */
export function divideByKey(
  records: readonly StreamRecord[],
  lanes: number,
): readonly (readonly StreamRecord[])[] {
  if (lanes === 1) return records.length === 0 ? [] : [records];
  return [...Map.groupBy(records, (record) => laneOf(record, lanes)).values()];
}

function laneOf(record: StreamRecord, lanes: number): number {
  const keys = Object.entries(record.dynamodb.Keys).sort(([a], [b]) => a.localeCompare(b));
  return createHash("sha1").update(JSON.stringify(keys)).digest().readUInt32BE(0) % lanes;
}
