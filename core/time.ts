import { assert } from "./assert.ts";
import type { Brand } from "./brand.ts";

/** Milliseconds since 1970-01-01T00:00:00Z, as the shell's clock reads them. */
export type EpochMs = Brand<number, "EpochMs">;

/** Refuses NaN, fractions and times before 1970: all of them are bugs of a clock. */
export const epochMs = (value: number): EpochMs => {
  assert(
    Number.isSafeInteger(value) && value >= 0,
    () => `an instant is a whole number of milliseconds, not ${value}`,
  );
  return value as EpochMs;
};

export const after = (instant: EpochMs, durationMs: number): EpochMs => epochMs(instant + durationMs);

/** A flow that spans time reads the clock through this port; everything else takes `now`. */
export interface Clock {
  now(): EpochMs;
}
