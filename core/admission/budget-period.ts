import type { EpochMs } from "../time.ts";
import { dayNumber, firstInstantAt, wallTime } from "./zoned-time.ts";

export const budgetIntervals = ["day", "week", "month"] as const;
export type BudgetInterval = (typeof budgetIntervals)[number];

/** From `startsAt` on, before `endsAt`. Periods of one budget touch: none overlaps, and no instant is left out. */
export type BudgetPeriod = { readonly startsAt: EpochMs; readonly endsAt: EpochMs };

const dayMs = 24 * 60 * 60_000;

/**
 * The period that holds `now`, on the customer's calendar: days from midnight, weeks from Monday, months from the 1st.
 * A day is as long as the customer's clocks make it: 23, 23.5, 24, 24.5 or 25 hours.
 */
export const budgetPeriodAt = (interval: BudgetInterval, timeZone: string, now: EpochMs): BudgetPeriod => {
  const today = Math.floor(wallTime(now, timeZone) / dayMs);
  const [firstDay, nextFirstDay] = daysAround(interval, today);
  return {
    startsAt: firstInstantAt(firstDay * dayMs, timeZone),
    endsAt: firstInstantAt(nextFirstDay * dayMs, timeZone),
  };
};

/** The first day of the period that holds the day `today`, and of the one after it; days since 1970-01-01. */
const daysAround = (interval: BudgetInterval, today: number): readonly [number, number] => {
  switch (interval) {
    case "day":
      return [today, today + 1];
    case "week": {
      // 1970-01-01 was a Thursday, three days after its Monday.
      const monday = Math.floor((today + 3) / 7) * 7 - 3;
      return [monday, monday + 7];
    }
    case "month": {
      const months = monthOf(today);
      return [firstDayOf(months), firstDayOf(months + 1)];
    }
  }
};

/** Whole months since January of year 0. */
const monthOf = (day: number): number => {
  // A guess by the mean month is off by one at most.
  const guess = 1970 * 12 + Math.floor(day / 30.436875);
  if (firstDayOf(guess) > day) return guess - 1;
  return firstDayOf(guess + 1) <= day ? guess + 1 : guess;
};

const firstDayOf = (months: number): number => dayNumber(Math.floor(months / 12), (months % 12) + 1, 1);
