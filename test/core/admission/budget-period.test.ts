import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BudgetInterval,
  budgetIntervals,
  budgetPeriodAt,
} from "../../../core/admission/budget-period.ts";
import { wallTime } from "../../../core/admission/zoned-time.ts";
import { type EpochMs, epochMs } from "../../../core/time.ts";

const at = (iso: string): EpochMs => epochMs(Date.parse(iso));
const hourMs = 60 * 60_000;

const period = (interval: BudgetInterval, timeZone: string, iso: string): string => {
  const { startsAt, endsAt } = budgetPeriodAt(interval, timeZone, at(iso));
  const spell = (instant: number): string => new Date(instant).toISOString().replace(":00.000Z", "Z");
  return `${spell(startsAt)} to ${spell(endsAt)}, ${(endsAt - startsAt) / hourMs} h`;
};

describe("a budget's period is the customer's own day, week or month", () => {
  test.each([
    // New York: clocks go forward on 8 March 2026 at 02:00, and back on 1 November at 02:00.
    ["day", "America/New_York", "2026-03-07T12:00Z", "2026-03-07T05:00Z to 2026-03-08T05:00Z, 24 h"],
    ["day", "America/New_York", "2026-03-08T06:59Z", "2026-03-08T05:00Z to 2026-03-09T04:00Z, 23 h"],
    ["day", "America/New_York", "2026-03-08T07:00Z", "2026-03-08T05:00Z to 2026-03-09T04:00Z, 23 h"],
    ["day", "America/New_York", "2026-11-01T05:30Z", "2026-11-01T04:00Z to 2026-11-02T05:00Z, 25 h"],
    ["day", "America/New_York", "2026-11-01T06:30Z", "2026-11-01T04:00Z to 2026-11-02T05:00Z, 25 h"],
    ["week", "America/New_York", "2026-03-08T12:00Z", "2026-03-02T05:00Z to 2026-03-09T04:00Z, 167 h"],
    ["month", "America/New_York", "2026-03-15T12:00Z", "2026-03-01T05:00Z to 2026-04-01T04:00Z, 743 h"],
    ["month", "America/New_York", "2026-11-15T12:00Z", "2026-11-01T04:00Z to 2026-12-01T05:00Z, 721 h"],
    // Lord Howe: by half an hour, back on 5 April 2026 at 02:00, and forward on 4 October at 02:00.
    ["day", "Australia/Lord_Howe", "2026-04-05T00:00Z", "2026-04-04T13:00Z to 2026-04-05T13:30Z, 24.5 h"],
    ["day", "Australia/Lord_Howe", "2026-04-05T13:30Z", "2026-04-05T13:30Z to 2026-04-06T13:30Z, 24 h"],
    ["day", "Australia/Lord_Howe", "2026-10-04T00:00Z", "2026-10-03T13:30Z to 2026-10-04T13:00Z, 23.5 h"],
    ["week", "Australia/Lord_Howe", "2026-04-05T00:00Z", "2026-03-29T13:00Z to 2026-04-05T13:30Z, 168.5 h"],
    ["month", "Australia/Lord_Howe", "2026-10-20T00:00Z", "2026-09-30T13:30Z to 2026-10-31T13:00Z, 743.5 h"],
    // Cairo skips midnight itself: the day begins at 01:00.
    ["day", "Africa/Cairo", "2026-04-24T12:00Z", "2026-04-23T22:00Z to 2026-04-24T21:00Z, 23 h"],
    // Havana has midnight twice: the day begins at the first of them.
    ["day", "America/Havana", "2026-11-01T12:00Z", "2026-11-01T04:00Z to 2026-11-02T05:00Z, 25 h"],
    // Apia had no 30 December 2011.
    ["day", "Pacific/Apia", "2011-12-30T09:59Z", "2011-12-29T10:00Z to 2011-12-30T10:00Z, 24 h"],
    ["month", "UTC", "2024-02-29T23:59Z", "2024-02-01T00:00Z to 2024-03-01T00:00Z, 696 h"],
    ["week", "UTC", "2026-01-01T00:00Z", "2025-12-29T00:00Z to 2026-01-05T00:00Z, 168 h"],
  ] as const)("%s in %s at %s", (interval, timeZone, iso, expected) => {
    expect(period(interval, timeZone, iso)).toBe(expected);
  });

  test("every instant lies in one period, and the next period begins where it ends", () => {
    const zones = ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "UTC"];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000), max: Date.UTC(2040) }),
        fc.constantFrom(...zones),
        fc.constantFrom(...budgetIntervals),
        (instant, zone, interval) => {
          const now = epochMs(instant);
          const { startsAt, endsAt } = budgetPeriodAt(interval, zone, now);
          expect(startsAt <= now && now < endsAt).toBe(true);
          expect(budgetPeriodAt(interval, zone, startsAt)).toEqual({ startsAt, endsAt });
          expect(budgetPeriodAt(interval, zone, endsAt).startsAt).toBe(endsAt);
          expect(wallTime(startsAt, zone) % (24 * hourMs)).toBeLessThanOrEqual(hourMs);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a time zone that does not exist is refused", () => {
    expect(() => budgetPeriodAt("day", "Middle-earth/Shire", at("2026-01-01T00:00Z"))).toThrow(RangeError);
  });
});
