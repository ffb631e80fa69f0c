import type { Timers } from "../../core/inference/timers.ts";

/** Timers of a time that passes only when the test lets it. */
export const manualTimers = () => {
  const running = new Map<symbol, { readonly durationMs: number; dueMs: number; elapsed: () => void }>();
  let nowMs = 0;
  const timers: Timers = {
    start(durationMs, elapsed) {
      const id = Symbol();
      const restart = (): void => void running.set(id, { durationMs, dueMs: nowMs + durationMs, elapsed });
      restart();
      return { restart, stop: () => void running.delete(id) };
    },
  };
  return {
    ...timers,
    /** Lets time pass, with what happens on the way: one timer after the other, and what follows from it. */
    async pass(durationMs: number): Promise<void> {
      const endMs = nowMs + durationMs;
      await new Promise(setImmediate);
      for (;;) {
        const due = [...running].filter(([, timer]) => timer.dueMs <= endMs);
        const [first] = due.toSorted(([, one], [, other]) => one.dueMs - other.dueMs);
        if (!first) break;
        nowMs = first[1].dueMs;
        running.delete(first[0]);
        first[1].elapsed();
        await new Promise(setImmediate);
      }
      nowMs = endMs;
    },
    get count(): number {
      return running.size;
    },
  };
};
