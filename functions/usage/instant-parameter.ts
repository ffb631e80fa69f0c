import { dayNumber, firstInstantAt } from "../../core/admission/zoned-time.ts";
import { quarterMs } from "../../core/billing/counters-key.ts";
import { type EpochMs, epochMs } from "../../core/time.ts";

const dayMs = 24 * 60 * 60_000;

/**
 * Reads "2026-01-31" as that day's start in the customer's time zone, and "2026-01-31T12:15:00+01:00" as the instant that it
 * is. `undefined` for anything else, also for days that no calendar has and for instants within a quarter of an hour, which
 * nothing is counted by.
 */
export const parseInstant = (text: string, timeZone: string): EpochMs | undefined => {
  const match =
    // A plus sign that was not escaped arrives as a space.
    /^(20\d\d)-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?(Z|[+ -]\d\d:\d\d))?$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const date = dayNumber(year, month, day) * dayMs;
  if (new Date(date).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = match[7];
  if (offset === undefined) return firstInstantAt(date, timeZone);
  const instant = date + ((hour * 60 + minute) * 60 + second) * 1000 - offsetMs(offset);
  return instant % quarterMs === 0 ? epochMs(instant) : undefined;
};

const offsetMs = (offset: string): number => {
  if (offset === "Z") return 0;
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};
