import type { BatchId, CustomerId } from "../identifiers.ts";
import type { Refusal } from "../inference/refusal.ts";
import type { EpochMs } from "../time.ts";
import type { Batch } from "./batch.ts";
import { findBatch } from "./find-batch.ts";
import type { BatchPorts } from "./ports.ts";

export type Cancellation =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * No line of the batch is begun from now on but for those that a runner is about to begin. It is `cancelled` when all have a
 * result; cancelling it again changes nothing.
 */
export const cancelBatch =
  (ports: Pick<BatchPorts, "batches" | "queue">) =>
  async (customer: CustomerId, id: BatchId, now: EpochMs): Promise<Cancellation> => {
    const batch = await findBatch(ports)(customer, id, now);
    if (!batch) return { ok: false, refusal: batchNotFound };
    const change = { state: "cancelling", since: { cancelling: now } } as const;
    const changed = await ports.batches.change(batch, ["validating", "in_progress"], change);
    if (changed) return { ok: true, batch: changed };
    const current = await ports.batches.find(customer, id);
    return current?.state === "cancelling" || current?.state === "cancelled"
      ? { ok: true, batch: current }
      : { ok: false, refusal: batchEnded };
  };

/** The same for another customer's batch, and for one that never was. */
export const batchNotFound: Refusal = {
  code: "batch_not_found",
  message: "There is no such batch. `GET /v1/batches` lists yours; their ids start with batch_.",
  param: "id",
};

const batchEnded: Refusal = {
  code: "batch_ended",
  message: "The batch has run, and cannot be cancelled any more. `GET /v1/batches/{id}` names its results.",
  param: "id",
};
