import type { SignedBatchQueue } from "../adapters/signed/batch-queue.ts";
import { describeError, logError } from "../http/log.ts";

/** A runner that died is followed by another after so long at most. */
const hiddenSeconds = 10;
const renewMs = 3_000;

/**
 * Works on a message and keeps it hidden meanwhile, a little at a time. The queue itself would hide it for six times as long
 * as a function may run, as AWS advises: much longer than a batch should wait for a runner that is no more.
 */
export const whileHidden = async (
  queue: Pick<SignedBatchQueue, "hide">,
  receiptHandle: string,
  work: () => Promise<void>,
): Promise<void> => {
  // Whoever cannot hide it goes on: if the message comes twice, what is decided stays so.
  const hide = (): Promise<void> =>
    queue
      .hide(receiptHandle, hiddenSeconds)
      .catch((error: unknown) => logError("batch_task_not_hidden", describeError(error)));
  await hide();
  const renewing = setInterval(() => void hide(), renewMs);
  try {
    await work();
  } finally {
    clearInterval(renewing);
  }
};
