import { z } from "zod";
import { invokeWithEvent } from "./invoke-with-event.ts";
import type { Delivery } from "./batch-delivery.ts";
import type { StreamRecord } from "./stream-source.ts";

/** What an invocation did with a batch. Records before `failedFrom` are done; it and the ones after are not. */
export type BatchOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "throttled" }
  | { readonly kind: "failed"; readonly failedFrom: number };

const wholeBatchFailed: BatchOutcome = { kind: "failed", failedFrom: 0 };

/** Hands the records to the function, in the shape of a DynamoDB stream event. */
export async function invokeWithBatch(
  { runner, streamArn, window, policy }: Delivery,
  batch: readonly StreamRecord[],
): Promise<BatchOutcome> {
  const outcome = await invokeWithEvent(runner, {
    Records: batch.map((record) => eventRecord(record, streamArn)),
    ...window?.eventMembers(streamArn, false),
  });
  if (outcome.kind === "throttled") return outcome;
  if (outcome.kind === "failed") return wholeBatchFailed;
  if (window?.keepState(outcome.answer) === false) return wholeBatchFailed;
  return policy.reportsItemFailures ? reportedOutcome(outcome.answer, batch) : { kind: "done" };
}

/** A record as the function sees it. */
export function eventRecord(record: StreamRecord, streamArn: string): Readonly<Record<string, unknown>> {
  return {
    ...record,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    eventSourceARN: streamArn,
    dynamodb: {
      ...record.dynamodb,
      ApproximateCreationDateTime: Math.floor(record.dynamodb.ApproximateCreationDateTime),
    },
  };
}

const reportSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullable();

/**
 * No failures, or no report at all, is success. The lowest reported sequence number decides: everything from there
 * on comes again. A report that names no record of the batch fails all of it.
 */
function reportedOutcome(answer: unknown, batch: readonly StreamRecord[]): BatchOutcome {
  const report = reportSchema.safeParse(answer);
  if (!report.success) return wholeBatchFailed;
  const failures = report.data?.batchItemFailures ?? [];
  if (failures.length === 0) return { kind: "done" };
  const positions = failures.map(({ itemIdentifier }) =>
    batch.findIndex((record) => record.dynamodb.SequenceNumber === itemIdentifier),
  );
  return { kind: "failed", failedFrom: Math.max(0, Math.min(...positions)) };
}
