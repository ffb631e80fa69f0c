import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a condition holds; gives up, with an error, before the test's own time limit does. */
export const until = async (holds: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${timeoutMs} ms: ${holds.toString()}`);
    await sleep(10);
  }
};
