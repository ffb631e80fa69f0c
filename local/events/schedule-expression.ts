import { parseCron } from "./cron.ts";

/** When a rule fires next after a time; undefined when never again. */
export type Schedule = (afterMs: number) => number | undefined;

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Parses `rate(5 minutes)` or `cron(0 3 * * ? *)`.
 * @param createdAtMs rates are counted from here, so that a slow firing does not shift the ones after it.
 */
export function parseSchedule(expression: string, createdAtMs: number): Schedule {
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1];
  if (cron !== undefined) {
    const parsed = parseCron(cron);
    return (afterMs) => parsed.next(afterMs);
  }
  const everyMs = parseRate(expression);
  return (afterMs) => createdAtMs + (Math.floor((afterMs - createdAtMs) / everyMs) + 1) * everyMs;
}

/** The unit is singular for 1 and plural otherwise: EventBridge refuses `rate(1 minutes)`. */
function parseRate(expression: string): number {
  const [, countText, unit, plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const count = Number(countText);
  if (
    (unit !== "minute" && unit !== "hour" && unit !== "day") ||
    count < 1 ||
    (count === 1) !== (plural === "")
  ) {
    throw new Error(`schedule expression ${expression} is not understood`);
  }
  return count * unitMs[unit];
}
