import type { CustomerId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type Batch, oldestShown } from "./batch.ts";
import type { BatchPage, BatchPorts } from "./ports.ts";

export type BatchList = { readonly batches: readonly Batch[]; readonly hasMore: boolean };

/** A page of a customer's batches, newest first. */
export const listBatches =
  ({ batches }: Pick<BatchPorts, "batches">) =>
  async (customer: CustomerId, page: Omit<BatchPage, "oldest">, now: EpochMs): Promise<BatchList> => {
    // One more, to know whether there is one.
    const found = await batches.list(customer, {
      ...page,
      oldest: oldestShown(now),
      limit: page.limit + 1,
    });
    return { batches: found.slice(0, page.limit), hasMore: found.length > page.limit };
  };
