import type { Clock } from "../../../local/events/clock.ts";

export type FakeClock = Clock & {
  /** Moves time on, running what falls due in order; what that starts runs before time moves further. */
  advance(ms: number): Promise<void>;
};

export function fakeClock(startMs = Date.UTC(2026, 10, 23, 12)): FakeClock {
  let nowMs = startMs;
  const timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { dueMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined || next.dueMs > endMs) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.run();
        await settle();
      }
      nowMs = endMs;
    },
  };
}

/** Lets everything that is ready run, without any time passing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
