/** A cron expression of EventBridge: six fields, times in UTC. */
export type Cron = {
  /** The first minute after the given time at which it fires; undefined when it never does again. */
  next(afterMs: number): number | undefined;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const lastYear = 2199;

/** Whether a day of the calendar matches; given at midnight UTC. */
type DayRule = (day: Date) => boolean;

/**
 * Parses `minutes hours day-of-month month day-of-week year`. One of the two day fields must be `?`, as EventBridge
 * insists. Knows lists, ranges, steps, names, `L`, `W` and `#`; refuses the rest, naming the field.
 */
export function parseCron(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (
    fields.length !== 6 ||
    minute === undefined ||
    hour === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    year === undefined
  ) {
    throw new Error(`cron(${expression}) does not have six fields`);
  }
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw new Error(`cron(${expression}): exactly one of day-of-month and day-of-week must be ?`);
  }
  const minutes = [...parseField(minute, 0, 59)].sort((a, b) => a - b);
  const hours = [...parseField(hour, 0, 23)].sort((a, b) => a - b);
  const months = parseField(month, 1, 12, monthNames);
  const years = parseField(year, 1970, lastYear);
  const matchesDay = dayOfMonth === "?" ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth);

  const timeOfDayAfter = (day: number, afterMs: number): number | undefined => {
    for (const hour of hours) {
      for (const minute of minutes) {
        const time = day + (hour * 60 + minute) * minuteMs;
        if (time > afterMs) return time;
      }
    }
    return undefined;
  };

  return {
    next(afterMs) {
      for (let day = Math.floor(afterMs / dayMs) * dayMs; ; day += dayMs) {
        const date = new Date(day);
        if (date.getUTCFullYear() > lastYear) return undefined;
        if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1)) continue;
        const time = matchesDay(date) ? timeOfDayAfter(day, afterMs) : undefined;
        if (time !== undefined) return time;
      }
    },
  };
}

function parseDayOfMonth(field: string): DayRule {
  if (field === "L") return (day) => day.getUTCDate() === daysInMonth(day);
  const weekday = /^(\d{1,2}|L)W$/.exec(field)?.[1];
  if (weekday !== undefined) {
    const target = weekday === "L" ? undefined : readNumber(weekday, 1, 31, [], field);
    return (day) => day.getUTCDate() === nearestWeekday(day, target ?? daysInMonth(day));
  }
  const days = parseField(field, 1, 31);
  return (day) => days.has(day.getUTCDate());
}

/** Sunday is 1. `5L` is the last Thursday of the month, `2#1` its first Monday. */
function parseDayOfWeek(field: string): DayRule {
  if (field === "L") return (day) => day.getUTCDay() === 6;
  const [, lastText] = /^(\w+)L$/.exec(field) ?? [];
  if (lastText !== undefined) {
    const last = readNumber(lastText, 1, 7, dayNames, field);
    return (day) => day.getUTCDay() + 1 === last && day.getUTCDate() + 7 > daysInMonth(day);
  }
  const [, nthDay, nthText] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (nthDay !== undefined && nthText !== undefined) {
    const weekday = readNumber(nthDay, 1, 7, dayNames, field);
    return (day) => day.getUTCDay() + 1 === weekday && Math.ceil(day.getUTCDate() / 7) === Number(nthText);
  }
  const days = parseField(field, 1, 7, dayNames);
  return (day) => days.has(day.getUTCDay() + 1);
}

/** A list of values, ranges and steps. Names count from the field's minimum. */
function parseField(
  field: string,
  min: number,
  max: number,
  names: readonly string[] = [],
): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", stepText, ...extra] = part.split("/");
    const step = stepText === undefined ? 1 : readNumber(stepText, 1, max, [], field);
    if (extra.length > 0) throw new Error(`cron field ${field} is not understood`);
    const [from = "", to] = range === "*" ? [String(min), String(max)] : range.split("-");
    const first = readNumber(from, min, max, names, field);
    const openEnded = stepText === undefined ? first : max;
    const last = to === undefined ? openEnded : readNumber(to, min, max, names, field);
    if (last < first) throw new Error(`cron field ${field} runs backwards`);
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
}

function readNumber(text: string, min: number, max: number, names: readonly string[], field: string): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + min;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`cron field ${field} is not between ${min} and ${max}`);
}

function daysInMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The working day next to a date, within its month; undefined when the month has no such date. */
function nearestWeekday(day: Date, date: number): number | undefined {
  const last = daysInMonth(day);
  if (date > last) return undefined;
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date > 1 ? date - 1 : date + 2;
  if (weekday === 0) return date < last ? date + 1 : date - 2;
  return date;
}
