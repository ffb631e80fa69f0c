import { backoffMs, type Delivery } from "./batch-delivery.ts";
import { pause } from "./clock.ts";
import { invokeWithEvent } from "./invoke-with-event.ts";
import type { TumblingWindow } from "./tumbling-window.ts";

/**
 * Makes the call that ends a window. The shard waits for it to succeed, however often it takes.
 * @returns false when stopped before that
 */
export async function endWindow(
  { runner, streamArn, clock, signal }: Delivery,
  window: TumblingWindow,
): Promise<boolean> {
  const event = { Records: [], ...window.eventMembers(streamArn, true) };
  for (let retries = 0; !signal.aborted; retries += 1) {
    const outcome = await invokeWithEvent(runner, event);
    if (outcome.kind === "answered") return true;
    await pause(clock, backoffMs(retries), signal);
  }
  return false;
}
