import type { BatchId, CustomerId } from "../identifiers.ts";
import { type Batch, hasRun, isOpen } from "./batch.ts";
import { finishBatch } from "./finish-batch.ts";
import type { InputFault } from "./input-fault.ts";
import type { RunPorts } from "./ports.ts";
import { surveyInput } from "./survey-input.ts";

/**
 * Validates a batch's input and sends its chunks on their way. Done again, for a message that came twice or a batch that got
 * stuck, it sends them again: what is decided stays so.
 */
export const planBatch =
  (ports: RunPorts) =>
  async (customer: CustomerId, id: BatchId): Promise<void> => {
    const batch = await ports.batches.find(customer, id);
    if (!batch || !isOpen(batch)) return;
    if (hasRun(batch)) return finishBatch(ports)(batch);
    const bytes = await ports.contents.read({ customer, id: batch.input });
    const survey = bytes
      ? await surveyInput(bytes, batch.endpoint)
      : { ok: false as const, faults: [missing] };
    const now = ports.clock.now();
    if (!survey.ok) {
      const failed = { state: "failed", since: { failed: now }, faults: survey.faults } as const;
      // A batch that was validated keeps what it has: its input has been deleted since, and its chunks know what that means.
      if (!batch.size && (await ports.batches.change(batch, ["validating"], failed))) return;
      if (!batch.size) await endUnplanned(ports, batch);
      return;
    }
    const { lines, chunks } = survey;
    const planned = {
      state: "in_progress",
      since: { in_progress: now },
      size: { lines, chunks: chunks.length },
    } as const;
    const changed = batch.size ? batch : await ports.batches.change(batch, ["validating"], planned);
    if (!changed) return endUnplanned(ports, batch);
    await ports.queue.send(chunks.map((chunk) => ({ kind: "run", customer, batch: id, chunk })));
  };

/** Cancelled before it was validated: nothing has run, and nothing will. */
const endUnplanned = async ({ batches, clock }: RunPorts, batch: Batch): Promise<void> => {
  const current = await batches.find(batch.customer, batch.id);
  if (current?.state === "cancelling" && !current.size)
    await batches.change(batch, ["cancelling"], { state: "cancelled", since: { cancelled: clock.now() } });
};

const missing: InputFault = {
  code: "file_missing",
  message: "The input file was deleted before it was read. Upload it again, and create another batch.",
};
