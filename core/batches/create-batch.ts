import { findFile } from "../files/find-file.ts";
import { type CustomerId, type FileId, type KeyId, batchId, newUlid } from "../identifiers.ts";
import type { Refusal } from "../inference/refusal.ts";
import { type Batch, type BatchEndpoint, noProgress } from "./batch.ts";
import type { BatchPorts } from "./ports.ts";

export type BatchOrder = {
  readonly input: FileId;
  readonly endpoint: BatchEndpoint;
  readonly metadata: Readonly<Record<string, string>>;
};

export type BatchCreation =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly refusal: Refusal };

/** Takes a batch on: its input is validated once its turn comes. */
export const createBatch =
  ({ batches, queue, files, clock, randomBytes }: BatchPorts) =>
  async (customer: CustomerId, key: KeyId, order: BatchOrder): Promise<BatchCreation> => {
    const now = clock.now();
    const file = await findFile(files)(customer, order.input, now);
    if (!file) return { ok: false, refusal: inputNotFound };
    if (file.purpose !== "batch") return { ok: false, refusal: notAnInput };
    if (file.state !== "processed") return { ok: false, refusal: inputNotReady };
    const batch: Batch = {
      id: batchId(newUlid(now, randomBytes)),
      customer,
      key,
      ...order,
      createdAt: now,
      state: "validating",
      since: { validating: now },
      faults: [],
      progress: noProgress,
    };
    await batches.add(batch);
    await queue.send([{ kind: "plan", customer, batch: batch.id }]);
    return { ok: true, batch };
  };

/** The same for another customer's file. */
const inputNotFound: Refusal = {
  code: "file_not_found",
  message: "There is no such file. Upload the requests with `POST /v1/files` and the purpose `batch` first.",
  param: "input_file_id",
};

const notAnInput: Refusal = {
  code: "invalid_request",
  message:
    "This file has the results of a batch. A batch reads a file that was uploaded with the purpose `batch`.",
  param: "input_file_id",
};

const inputNotReady: Refusal = {
  code: "file_not_ready",
  message: "The file's bytes are not there. `GET /v1/files/{id}` says what became of its upload.",
  param: "input_file_id",
};
