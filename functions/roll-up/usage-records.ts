import type { ArchiveRecord } from "../../core/billing/archive.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { parseRequestId } from "../../core/identifiers.ts";
import { tableKeys } from "../contract.ts";
import { readUsageEvent } from "../adapters/dynamodb/usage-events.ts";
import { type StreamRecord, sequenceOf } from "../stream/stream-event.ts";

/**
 * The usage events among the records of a stream: items that were inserted under a request's id. The table may hold other
 * items beside them; changes and removals of an event are not new events.
 */
export const usageRecords = (records: readonly StreamRecord[]): readonly ArchiveRecord<UsageEvent>[] =>
  records.filter(isUsageEvent).map((record) => {
    const sequence = sequenceOf(record);
    const image = record.dynamodb.NewImage ?? {};
    try {
      return { sequence, event: readUsageEvent(image) };
    } catch {
      // Evidence all the same: it is kept as the stream carried it, and an alarm calls for a person. It must not hold up
      // the events behind it.
      return { sequence, unreadable: image };
    }
  });

const isUsageEvent = ({ eventName, dynamodb }: StreamRecord): boolean =>
  eventName === "INSERT" && parseRequestId(dynamodb.Keys[tableKeys.sort]?.S ?? "") !== undefined;
