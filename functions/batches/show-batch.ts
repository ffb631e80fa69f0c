import { type Batch, type BatchState, completionWindow, expiryOf, isOpen } from "../../core/batches/batch.ts";
import { resultFileOf } from "../../core/batches/finish-batch.ts";
import type { ResultKind } from "../../core/batches/ports.ts";
import type { FileId } from "../../core/identifiers.ts";
import type { EpochMs } from "../../core/time.ts";

const seconds = (instant: EpochMs | undefined): number | null =>
  instant === undefined ? null : Math.floor(instant / 1000);

/** A batch as OpenAI's API shows it. Lines are counted when their chunk is done; those that were left out count as failed. */
export const showBatch = (batch: Batch): object => {
  const { since, progress, faults } = batch;
  const sinceState = (state: BatchState): number | null => seconds(since[state]);
  // Files are shown once they are there.
  const fileOf = (kind: ResultKind): FileId | null =>
    isOpen(batch) ? null : (resultFileOf(batch, kind) ?? null);
  return {
    id: batch.id,
    object: "batch",
    endpoint: batch.endpoint,
    errors:
      faults.length === 0
        ? null
        : {
            object: "list",
            data: faults.map(({ code, message, line, param }) => ({
              code,
              message,
              line: line ?? null,
              param: param ?? null,
            })),
          },
    input_file_id: batch.input,
    completion_window: completionWindow,
    status: batch.state,
    output_file_id: fileOf("output"),
    error_file_id: fileOf("error"),
    created_at: seconds(batch.createdAt),
    in_progress_at: sinceState("in_progress"),
    expires_at: seconds(expiryOf(batch)),
    finalizing_at: sinceState("finalizing"),
    completed_at: sinceState("completed"),
    failed_at: sinceState("failed"),
    expired_at: sinceState("expired"),
    cancelling_at: sinceState("cancelling"),
    cancelled_at: sinceState("cancelled"),
    request_counts: {
      total: batch.size?.lines ?? 0,
      completed: progress.completed,
      failed: progress.failed + progress.leftOut,
    },
    metadata: batch.metadata,
  };
};
