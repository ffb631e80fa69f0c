import { firstInstantAt, wallTime } from "../admission/zoned-time.ts";
import { type EpochMs, epochMs } from "../time.ts";
import { hourMs, quarterMs } from "./counters-key.ts";

export const usageIntervals = ["hour", "day"] as const;
export type UsageInterval = (typeof usageIntervals)[number];

/** From `startsAt` on, before `endsAt`. Intervals of one time zone touch: none overlaps, and no instant is left out. */
export type Span = { readonly startsAt: EpochMs; readonly endsAt: EpochMs };

const dayMs = 24 * hourMs;

/** The hour or day that clocks in `timeZone` are in at `instant`, the start of a quarter of an hour. */
export const intervalAt = (interval: UsageInterval, timeZone: string, instant: EpochMs): Span => {
  if (interval === "hour") return hourAt(timeZone, instant);
  const midnight = Math.floor(wallTime(instant, timeZone) / dayMs) * dayMs;
  return {
    startsAt: firstInstantAt(midnight, timeZone),
    endsAt: firstInstantAt(midnight + dayMs, timeZone),
  };
};

/** An hour that is repeated when clocks go back is two hours; where they go back by half of one, it is cut in two. */
const hourAt = (timeZone: string, instant: EpochMs): Span => {
  const startsAt = hourStart(timeZone, instant);
  let endsAt = epochMs(instant + quarterMs);
  while (hourStart(timeZone, endsAt) === startsAt) endsAt = epochMs(endsAt + quarterMs);
  return { startsAt, endsAt };
};

const hourStart = (timeZone: string, instant: EpochMs): EpochMs => {
  const offsetAt = (at: number): number => wallTime(at, timeZone) - at;
  let start = instant - (wallTime(instant, timeZone) % hourMs);
  // The clocks changed since: the hour began with the change.
  while (offsetAt(start) !== offsetAt(instant)) start += quarterMs;
  return epochMs(start);
};
