import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyToCounters } from "../../../core/billing/counters-apply.ts";
import { hourMs, quarterMs } from "../../../core/billing/counters-key.ts";
import { addTallies, emptyTally, tallyEvents, wholeHour } from "../../../core/billing/counters-tally.ts";
import { usageTotals } from "../../../core/billing/counters-totals.ts";
import type { UsageEvent } from "../../../core/billing/usage-event.ts";
import {
  type UsagePosition,
  type UsageQuery,
  type UsageRow,
  queryUsage,
  usageGroups,
} from "../../../core/billing/usage-query.ts";
import { intervalAt, usageIntervals } from "../../../core/billing/usage-query-interval.ts";
import { add } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { memoryCounters } from "../../support/memory-counters.ts";
import { sampleNow } from "../../support/samples.ts";
import { numbered, sampleCustomers, usageEvent, usageEvents } from "../../support/usage-events.ts";

const zones = ["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"];
const [customer = usageEvent(0).customer] = sampleCustomers;

const counted = async (events: readonly UsageEvent[]) => {
  const counters = memoryCounters();
  await applyToCounters(counters, "s", numbered(events), sampleNow);
  return counters;
};

const base: UsageQuery = {
  customer,
  from: epochMs(sampleNow - 3 * hourMs),
  until: epochMs(sampleNow + 3 * hourMs),
  by: "hour",
  groups: ["model"],
  timeZone: "UTC",
  limit: 1000,
};
const at = (text: string) => epochMs(Date.parse(text));

/** All pages of a query, one after the other. */
const allRows = async (counters: Awaited<ReturnType<typeof counted>>, query: UsageQuery) => {
  const rows: UsageRow[] = [];
  let after: UsagePosition | undefined;
  do {
    const page = await queryUsage(counters, { ...query, ...(after && { after }) });
    expect(page.rows.length).toBeLessThanOrEqual(query.limit);
    expect(page.totals === undefined).toBe(after !== undefined);
    rows.push(...page.rows);
    after = page.next;
  } while (after);
  return rows;
};

test("pages of any size put together are the whole, and their sum is what the customer's events cost", () =>
  fc.assert(
    fc.asyncProperty(
      usageEvents({ minLength: 0, maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(...usageIntervals),
      fc.subarray([...usageGroups]),
      fc.constantFrom(...zones),
      async (events, limit, by, groups, timeZone) => {
        const counters = await counted(events);
        const query = { ...base, by, groups, timeZone };
        const { rows, totals } = await queryUsage(counters, query);
        expect(await allRows(counters, { ...query, limit })).toEqual(rows);
        const own = events.filter((event) => event.customer === customer);
        expect(totals).toEqual(wholeHour(tallyEvents(own)));
        expect(rows.reduce((sum, { tally }) => addTallies(sum, tally), emptyTally)).toEqual(totals);
      },
    ),
    { numRuns: 60 },
  ));

test("invoice totals are those of the customer's events, per model and price version", () =>
  fc.assert(
    fc.asyncProperty(usageEvents({ minLength: 0, maxLength: 40 }), async (events) => {
      const totals = await usageTotals(await counted(events)).between(customer, base.from, base.until);
      const own = events.filter((event) => event.customer === customer);
      const groups = Map.groupBy(own, ({ model, price }) => `${model} ${price}`);
      expect(totals.map(({ model, price }) => `${model} ${price}`).toSorted()).toEqual(
        [...groups.keys()].toSorted(),
      );
      for (const { model, price, cost } of totals)
        expect(cost).toBe(add(...(groups.get(`${model} ${price}`) ?? []).map((event) => event.cost)));
    }),
    { numRuns: 30 },
  ));

test("rows are sorted by time, then model, then key, and kept apart by what was asked for", async () => {
  const events = [
    usageEvent(1, { customer, model: "b" }),
    usageEvent(2, { customer, model: "a", admittedAt: epochMs(sampleNow + hourMs) }),
    usageEvent(3, { customer, model: "a" }),
  ];
  const counters = await counted(events);
  const facets = async (query: Partial<UsageQuery>) =>
    (await queryUsage(counters, { ...base, ...query })).rows.map(({ startsAt, model, tally }) => [
      startsAt - sampleNow,
      model,
      tally.events,
    ]);
  expect(await facets({})).toEqual([
    [0, "a", 1],
    [0, "b", 1],
    [hourMs, "a", 1],
  ]);
  expect(await facets({ groups: [] })).toEqual([
    [0, undefined, 2],
    [hourMs, undefined, 1],
  ]);
});

test("a query that begins within a day counts nothing from before it, and says so", async () => {
  const events = [0, 1, 2].map((hour) =>
    usageEvent(hour, { customer, admittedAt: epochMs(sampleNow + hour * hourMs) }),
  );
  const span = { from: epochMs(sampleNow + hourMs), until: epochMs(sampleNow + 2 * hourMs) };
  const { rows } = await queryUsage(await counted(events), { ...base, ...span, by: "day" });
  expect(rows).toMatchObject([{ startsAt: span.from, endsAt: span.until, tally: { events: 1 } }]);
});

describe("days are those of the customer's clocks", () => {
  test.each([
    ["UTC", "2026-03-29T00:00Z", 24],
    ["America/New_York", "2026-03-08T05:00Z", 23],
    ["America/New_York", "2026-11-01T04:00Z", 25],
    ["Australia/Lord_Howe", "2026-04-04T13:00Z", 24.5],
    ["Australia/Lord_Howe", "2026-10-03T13:30Z", 23.5],
    ["Asia/Kathmandu", "2026-01-01T18:15Z", 24],
    ["Africa/Cairo", "2026-04-23T22:00Z", 23],
  ])("in %s the day from %s has %d hours", async (timeZone, start, hours) => {
    const startsAt = at(start);
    const endsAt = epochMs(startsAt + hours * hourMs);
    const moments = [startsAt - 1, startsAt, endsAt - 1, endsAt];
    const events = moments.map((moment, serial) =>
      usageEvent(serial, { customer, admittedAt: epochMs(moment) }),
    );
    const query = {
      ...base,
      timeZone,
      by: "day" as const,
      from: epochMs(startsAt - 24 * hourMs),
      until: epochMs(endsAt + 24 * hourMs),
    };
    const { rows } = await queryUsage(await counted(events), query);
    expect(rows.map(({ tally }) => tally.events)).toEqual([1, 2, 1]);
    expect(rows[1]).toMatchObject({ startsAt, endsAt });
  });
});

test.each(zones)("in %s the days of a year touch, and none overlaps another", (timeZone) => {
  let { endsAt } = intervalAt("day", timeZone, at("2026-01-01T00:00Z"));
  while (endsAt < at("2027-01-01T00:00Z")) {
    const day = intervalAt("day", timeZone, endsAt);
    expect(day.startsAt).toBe(endsAt);
    ({ endsAt } = day);
  }
});

test.each([
  ["America/New_York", "2026-03-07T00:00Z"],
  ["America/New_York", "2026-10-31T00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T00:00Z"],
  ["Asia/Kathmandu", "2026-01-01T00:00Z"],
])("in %s the hours around %s touch, and none is longer than an hour", (timeZone, around) => {
  let { endsAt } = intervalAt("hour", timeZone, at(around));
  for (let count = 0; count < 60; count++) {
    const hour = intervalAt("hour", timeZone, endsAt);
    expect(hour.startsAt).toBe(endsAt);
    expect(hour.endsAt - hour.startsAt).toBeLessThanOrEqual(hourMs);
    ({ endsAt } = hour);
  }
});

test("every quarter of an hour is in the interval that it is asked of", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4 * 24 * 366 }),
      fc.constantFrom(...zones),
      fc.constantFrom(...usageIntervals),
      (quarter, timeZone, interval) => {
        const instant = epochMs(at("2026-01-01T00:00Z") + quarter * quarterMs);
        const { startsAt, endsAt } = intervalAt(interval, timeZone, instant);
        expect(startsAt).toBeLessThanOrEqual(instant);
        expect(endsAt).toBeGreaterThan(instant);
        expect(intervalAt(interval, timeZone, startsAt)).toEqual({ startsAt, endsAt });
      },
    ),
  ));
