import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  dateAt,
  dateInMonth,
  monthAt,
  monthBounds,
  monthsLater,
  parseBillingMonth,
} from "../../../../core/billing/invoice/billing-month.ts";
import { epochMs } from "../../../../core/time.ts";
import { at, month } from "../../../support/billing-samples.ts";

test.each([
  ["2026-01", "UTC", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
  ["2026-03", "America/New_York", "2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z"],
  ["2026-11", "America/New_York", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z"],
  ["2026-04", "Australia/Lord_Howe", "2026-03-31T13:00:00Z", "2026-04-30T13:30:00Z"],
  ["2026-10", "Australia/Lord_Howe", "2026-09-30T13:30:00Z", "2026-10-31T13:00:00Z"],
  ["2024-02", "Asia/Kathmandu", "2024-01-31T18:15:00Z", "2024-02-29T18:15:00Z"],
  ["2026-12", "Pacific/Kiritimati", "2026-11-30T10:00:00Z", "2026-12-31T10:00:00Z"],
])("%s in %s is from %s until %s", (text, timeZone, from, until) =>
  expect(monthBounds(month(text), timeZone)).toEqual({ from: at(from), until: at(until) }),
);

const zones = fc.constantFrom(
  "UTC",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "America/Sao_Paulo",
);
const months = fc.integer({ min: 0, max: 12 * 60 }).map((count) => monthsLater(month("1985-01"), count));

test("months touch, and each holds its own first and last instant", () =>
  fc.assert(
    fc.property(months, zones, (month, timeZone) => {
      const { from, until } = monthBounds(month, timeZone);
      expect(monthBounds(monthsLater(month, 1), timeZone).from).toBe(until);
      expect(monthAt(from, timeZone)).toBe(month);
      expect(monthAt(epochMs(until - 1), timeZone)).toBe(month);
      expect(monthAt(until, timeZone)).toBe(monthsLater(month, 1));
    }),
    { numRuns: 60 },
  ));

test("dates are those of the calendar", () =>
  fc.assert(
    fc.property(
      fc.date({ min: new Date("1970-01-02"), max: new Date("2100-01-01"), noInvalidDate: true }),
      (date) => {
        expect(dateAt(epochMs(date.getTime()), "UTC")).toBe(date.toISOString().slice(0, 10));
      },
    ),
  ));

test.each([
  ["2026-02", 0, "2026-02-01"],
  ["2026-02", 30, "2026-03-03"],
  ["2024-02", 28, "2024-02-29"],
  ["2026-01", -1, "2025-12-31"],
])("the first of %s and %d days are %s", (text, days, expected) =>
  expect(dateInMonth(month(text), days)).toBe(expected),
);

test.each(["2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "", "0026-01", "2026-01\n"])(
  "%j is no month",
  (text) => expect(parseBillingMonth(text)).toBeUndefined(),
);
