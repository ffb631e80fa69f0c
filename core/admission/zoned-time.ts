import { type EpochMs, epochMs } from "../time.ts";

/**
 * Wall-clock time in an IANA time zone, as the milliseconds that UTC would show the same digits at.
 * Not an instant: subtract the zone's offset to get one.
 */
export type WallMs = number;

const dayMs = 24 * 60 * 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times as much as using it. */
const formatFor = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, made);
  return made;
};

/** What clocks in `timeZone` show at `instant`, to the second. A zone that Intl does not know is a RangeError. */
export const wallTime = (instant: number, timeZone: string): WallMs => {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const days = dayNumber(part("year"), part("month"), part("day"));
  return days * dayMs + ((part("hour") * 60 + part("minute")) * 60 + part("second")) * 1000;
};

/** Days since 1970-01-01 of a Gregorian date. Months beyond 12 run on into the following years. */
export const dayNumber = (year: number, month: number, day: number): number => {
  // Years that start in March put the leap day last, so that a month's first day needs no table.
  const monthsFromMarch = year * 12 + (month - 1) - 2;
  const marchYear = Math.floor(monthsFromMarch / 12);
  const marchMonth = monthsFromMarch - marchYear * 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - 719_468;
};

/**
 * The first instant at which clocks in `timeZone` show `wall` or, where a change skips it, a later time.
 * Where a change shows it twice, the first of the two.
 */
export const firstInstantAt = (wall: WallMs, timeZone: string): EpochMs => {
  const offsetAt = (instant: number): number =>
    wallTime(instant, timeZone) - Math.floor(instant / 1000) * 1000;
  const earlier = wall - dayMs;
  const later = wall + dayMs;
  const candidates = [wall - offsetAt(earlier), wall - offsetAt(later)]
    .filter((candidate) => wallTime(candidate, timeZone) === wall)
    .sort((one, other) => one - other);
  const [first] = candidates;
  return epochMs(first ?? changeBetween(wall - offsetAt(later), wall - offsetAt(earlier), offsetAt));
};

/** The instant, to the second, at which the offset changes: after `before`, at the latest at `until`. */
const changeBetween = (before: number, until: number, offsetAt: (instant: number) => number): number => {
  let low = Math.floor(before / 1000);
  let high = Math.ceil(until / 1000);
  const offsetBefore = offsetAt(low * 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * 1000) === offsetBefore) low = middle;
    else high = middle;
  }
  return high * 1000;
};
