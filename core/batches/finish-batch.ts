import { assert } from "../assert.ts";
import { parseFileName } from "../files/file-name.ts";
import type { FileId } from "../identifiers.ts";
import { fileId, newUlid } from "../identifiers.ts";
import { type Batch, type BatchState, hasRun, isOpen } from "./batch.ts";
import { type ResultKind, type RunPorts, resultKinds } from "./ports.ts";

/**
 * Makes the result files of a batch all of whose chunks are closed, and ends it. Several may do it at once, and whoever dies
 * halfway is followed by another: the files' ids are on record before anything is written, and what is written is the same.
 */
export const finishBatch =
  (ports: RunPorts) =>
  async (batch: Batch): Promise<void> => {
    assert(hasRun(batch), () => `${batch.id} is finished when all of it has run`);
    const begun = await begin(ports, batch);
    if (!begun) return;
    for (const kind of resultKinds) await storeResults(ports, begun, kind);
    const state = endOf(begun);
    await ports.batches.change(begun, ["finalizing", "cancelling"], {
      state,
      since: { [state]: ports.clock.now() },
    });
    // Now nobody needs them: another who is at it, too, finds the batch ended.
    for (const kind of resultKinds) await ports.contents.discardParts(begun, kind, begun.progress.chunks);
  };

/** `undefined`: somebody else has ended it. A batch that is being cancelled says so to its end. */
const begin = async ({ batches, clock, randomBytes }: RunPorts, batch: Batch): Promise<Batch | undefined> => {
  const now = clock.now();
  const newFile = (): FileId => fileId(newUlid(now, randomBytes));
  const current = await batches.find(batch.customer, batch.id);
  if (!current || !isOpen(current)) return undefined;
  if (current.results) return current;
  const results = { output: newFile(), error: newFile() };
  const since = { finalizing: now };
  const changed =
    (await batches.change(batch, ["in_progress"], { state: "finalizing", since, results })) ??
    (await batches.change(batch, ["cancelling"], { since, results }));
  if (changed) return changed;
  const theirs = await batches.find(batch.customer, batch.id);
  return theirs?.results && isOpen(theirs) ? theirs : undefined;
};

const bytesOf = ({ progress }: Batch, kind: ResultKind): number =>
  ({ output: progress.outputBytes, error: progress.errorBytes })[kind];

/** Whether a batch has a file of a kind: an empty one is none. */
export const resultFileOf = (batch: Batch, kind: ResultKind): FileId | undefined =>
  bytesOf(batch, kind) > 0 ? batch.results?.[kind] : undefined;

/** Bytes come before their record, as with files that are uploaded. */
const storeResults = async ({ contents, files }: RunPorts, batch: Batch, kind: ResultKind): Promise<void> => {
  const id = resultFileOf(batch, kind);
  if (!id) return;
  const bytes = bytesOf(batch, kind);
  await contents.joinParts(batch, kind, batch.progress.chunks, id, bytes);
  const name = parseFileName(`${batch.id}_${kind}.jsonl`);
  const createdAt = batch.since.finalizing;
  assert(name !== undefined && createdAt !== undefined, () => `${batch.id} has begun to be finished`);
  await files.records.add({
    id,
    customer: batch.customer,
    purpose: "batch_output",
    name,
    bytes,
    createdAt,
    state: "processed",
  });
};

const endOf = ({ state, progress }: Batch): BatchState => {
  if (state === "cancelling") return "cancelled";
  return progress.leftOut > 0 ? "expired" : "completed";
};
