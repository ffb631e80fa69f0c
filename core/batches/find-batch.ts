import type { BatchId, CustomerId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type Batch, isOpen, isOutOfTime, oldestShown } from "./batch.ts";
import type { BatchPorts } from "./ports.ts";

/**
 * A customer's batch; `undefined` for another's, and for none at all. One whose time is up and that is still open has lost a
 * message to the dead letters: whoever asks for it has it gone through once more, which ends it.
 */
export const findBatch =
  ({ batches, queue }: Pick<BatchPorts, "batches" | "queue">) =>
  async (customer: CustomerId, id: BatchId, now: EpochMs): Promise<Batch | undefined> => {
    const batch = await batches.find(customer, id);
    if (!batch || batch.id < oldestShown(now)) return undefined;
    if (isOpen(batch) && isOutOfTime(batch, now)) await queue.send([{ kind: "plan", customer, batch: id }]);
    return batch;
  };
