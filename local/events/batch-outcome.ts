import { z } from "zod";
import { AwsError } from "../aws-service.ts";
import type { FunctionRunner, InvocationResult } from "../lambda/function-runner.ts";
import type { StreamRecord } from "./stream-source.ts";

/** What an invocation did with a batch. Records before `failedFrom` are done; it and the ones after are not. */
export type BatchOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "throttled" }
  | { readonly kind: "failed"; readonly failedFrom: number };

const wholeBatchFailed: BatchOutcome = { kind: "failed", failedFrom: 0 };

/** Hands the records to the function, in the shape of a DynamoDB stream event. */
export async function invokeWithBatch(
  runner: FunctionRunner,
  streamArn: string,
  batch: readonly StreamRecord[],
  reportsItemFailures: boolean,
): Promise<BatchOutcome> {
  const event = JSON.stringify({ Records: batch.map((record) => eventRecord(record, streamArn)) });
  let result: InvocationResult;
  try {
    result = await runner.invoke(event);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.code === "TooManyRequestsException" ? { kind: "throttled" } : wholeBatchFailed;
  }
  if (result.kind === "stream") {
    result.body.destroy();
    throw new Error(`${runner.name} streams its answer; an event source mapping cannot read it`);
  }
  if (result.kind === "failed") return wholeBatchFailed;
  return reportsItemFailures ? reportedOutcome(result.payload, batch) : { kind: "done" };
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
function reportedOutcome(payload: string, batch: readonly StreamRecord[]): BatchOutcome {
  const report = reportSchema.safeParse(payload === "" ? null : JSON.parse(payload));
  if (!report.success) return wholeBatchFailed;
  const failures = report.data?.batchItemFailures ?? [];
  if (failures.length === 0) return { kind: "done" };
  const positions = failures.map(({ itemIdentifier }) =>
    batch.findIndex((record) => record.dynamodb.SequenceNumber === itemIdentifier),
  );
  return { kind: "failed", failedFrom: Math.max(0, Math.min(...positions)) };
}
