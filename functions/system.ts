import { createHash, randomBytes as cryptographicBytes } from "node:crypto";
import type { RandomBytes } from "../core/identifiers.ts";
import type { Timers } from "../core/inference/timers.ts";
import { type Clock, epochMs } from "../core/time.ts";

/** The shell's clock: the only place where functions read the time. */
export const systemClock: Clock = { now: () => epochMs(Date.now()) };

export const systemTimers: Timers = {
  start(durationMs, elapsed) {
    const timer = setTimeout(elapsed, durationMs);
    return { restart: () => void timer.refresh(), stop: () => clearTimeout(timer) };
  },
};

export const randomBytes: RandomBytes = (count) => cryptographicBytes(count);

/** Lower-case hex. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
