import { dayNumber, firstInstantAt, wallTime } from "../../admission/zoned-time.ts";
import { assert } from "../../assert.ts";
import type { Brand } from "../../brand.ts";
import type { EpochMs } from "../../time.ts";

/** A calendar month, "2026-01". When it starts and ends depends on whose it is: see `monthBounds`. Sorts by time. */
export type BillingMonth = Brand<string, "BillingMonth">;

/** From `from` on, before `until`. A customer's months touch: none overlaps, and no instant is left out. */
export type MonthBounds = { readonly from: EpochMs; readonly until: EpochMs };

const pattern = /^[1-9]\d{3}-(0[1-9]|1[0-2])$/;
const dayMs = 24 * 60 * 60_000;

export const parseBillingMonth = (text: string): BillingMonth | undefined =>
  pattern.test(text) ? (text as BillingMonth) : undefined;

/** `count` months later, or earlier where negative. */
export const monthsLater = (month: BillingMonth, count: number): BillingMonth => {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return monthNumbered(year * 12 + number - 1 + count);
};

/** The month that the customer's calendar shows at `instant`. */
export const monthAt = (instant: EpochMs, timeZone: string): BillingMonth => {
  const [year = 0, month = 0] = civilDate(Math.floor(wallTime(instant, timeZone) / dayMs))
    .split("-")
    .map(Number);
  return monthNumbered(year * 12 + month - 1);
};

/** Midnight to midnight on the customer's clocks: a month in which they change is an hour, or half of one, off. */
export const monthBounds = (month: BillingMonth, timeZone: string): MonthBounds => ({
  from: firstInstantAt(firstDayOf(month) * dayMs, timeZone),
  until: firstInstantAt(firstDayOf(monthsLater(month, 1)) * dayMs, timeZone),
});

/** The calendar date, "2026-01-31", that is `days` days after the first of the month. */
export const dateInMonth = (month: BillingMonth, days: number): string => civilDate(firstDayOf(month) + days);

/** The calendar date that the customer's clocks show at `instant`. */
export const dateAt = (instant: EpochMs, timeZone: string): string =>
  civilDate(Math.floor(wallTime(instant, timeZone) / dayMs));

const firstDayOf = (month: BillingMonth): number => {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return dayNumber(year, number, 1);
};

/** `months` counts from January of year 0. */
const monthNumbered = (months: number): BillingMonth => {
  const month = parseBillingMonth(`${Math.floor(months / 12)}-${twoDigits((months % 12) + 1)}`);
  assert(month !== undefined, `there is no month ${months}`);
  return month;
};

/** Years that start in March put the leap day last; 400 of them are 146,097 days. */
const civilDate = (days: number): string => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
};

const twoDigits = (value: number): string => `${value}`.padStart(2, "0");
