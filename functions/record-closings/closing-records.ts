import type { ArchiveRecord } from "../../core/billing/archive.ts";
import type { CellClosings } from "../../core/billing/cell-closings.ts";
import { epochMs } from "../../core/time.ts";
import { closingsBetween } from "../adapters/dynamodb/closed-leases.ts";
import { type StreamRecord, sequenceOf } from "../stream/stream-event.ts";

/** What the writes to cells closed. A write that closed nothing, a credit say, is left out. */
export const closingRecords = (records: readonly StreamRecord[]): readonly ArchiveRecord<CellClosings>[] =>
  records.flatMap((record): readonly ArchiveRecord<CellClosings>[] => {
    const { OldImage: before = {}, NewImage: after = {}, ApproximateCreationDateTime } = record.dynamodb;
    const sequence = sequenceOf(record);
    try {
      const event = closingsBetween(before, after, epochMs(Math.floor(ApproximateCreationDateTime) * 1000));
      return event ? [{ sequence, event }] : [];
    } catch {
      // Evidence all the same: it is kept as the stream carried it, and an alarm calls for a person.
      return [{ sequence, unreadable: { before, after } }];
    }
  });
