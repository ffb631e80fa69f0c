import type { Message } from "../sqs/message.ts";
import type { Clock } from "./clock.ts";
import { deliverMessages } from "./deliver-messages.ts";
import type { QueueMappingSettings } from "./queue-mapping-settings.ts";

type Context = {
  readonly settings: QueueMappingSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** How long one receive waits; the next follows at once. */
const pollMs = 20_000;
const receiveMessagesMax = 10;

/** Polls a queue until the signal aborts: as many pollers as there may be invocations, each waiting for its own to end. */
export async function runQueueMapping(context: Context): Promise<void> {
  const { settings, signal } = context;
  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const batch = await nextBatch(context);
      // A batch whose wait was cut by the end is not delivered: it becomes visible again.
      if (batch.length > 0 && !signal.aborted) await deliverMessages(settings, batch);
    }
  };
  await Promise.all(Array.from({ length: settings.concurrencyMax }, poll));
}

/** What comes within the batching window of the first message, up to a batch. */
async function nextBatch({ settings, clock, signal }: Context): Promise<readonly Message[]> {
  const { queue, batchSize, batchingWindowMs } = settings;
  const receive = (waitMs: number, batched: number): Promise<Message[]> =>
    queue.receiveWithin({ messagesMax: Math.min(receiveMessagesMax, batchSize - batched) }, waitMs, signal);

  const batch = await receive(pollMs, 0);
  const endMs = clock.now() + batchingWindowMs;
  while (batch.length > 0 && batch.length < batchSize && clock.now() < endMs && !signal.aborted)
    batch.push(...(await receive(endMs - clock.now(), batch.length)));
  return batch;
}
