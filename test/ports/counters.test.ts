import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyToCounters } from "../../core/billing/counters-apply.ts";
import { counterKeyOf, hourMs, quarterMs } from "../../core/billing/counters-key.ts";
import { tallyEvents, wholeHour } from "../../core/billing/counters-tally.ts";
import { type Counters, type CounterWrite, forgetWatermarks } from "../../core/billing/counters.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { customerId } from "../../core/identifiers.ts";
import { epochMs } from "../../core/time.ts";
import { dynamoDbCounters } from "../../functions/adapters/dynamodb/counters.ts";
import { expectedCounters, storedCounters, wrongCounters } from "../support/counted.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryCounters } from "../support/memory-counters.ts";
import { sampleNow, sampleUlid } from "../support/samples.ts";
import { numbered, sequenceNumber, usageEvent, usageEvents } from "../support/usage-events.ts";

let database: TestDatabase;
let tables = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

const write = (
  events: readonly UsageEvent[],
  first: number,
  last: number,
  shard = "shard-a",
): CounterWrite => ({
  key: counterKeyOf(events[0] ?? usageEvent(0)),
  shard,
  first: sequenceNumber(first),
  last: sequenceNumber(last),
  tally: tallyEvents(events),
  now: sampleNow,
});

const event = usageEvent(1);
const read = async (counters: Counters) =>
  await Array.fromAsync(counters.list(event.customer, sampleNow, epochMs(sampleNow + hourMs)));
const eventsIn = async (counters: Counters) =>
  (await read(counters)).map(({ tally }) => wholeHour(tally).events).reduce((sum, count) => sum + count, 0);

describe.each<[string, () => Promise<Counters>]>([
  ["memory", async () => memoryCounters()],
  [
    "DynamoDB",
    async () => dynamoDbCounters(database.dynamoDb, await database.createTable(`accounts-${(tables += 1)}`)),
  ],
])("counters in %s", (_, open) => {
  test("a counter reads back what was added, with its key and its mark", async () => {
    const counters = await open();
    await counters.add(write([event], 5, 7));
    expect(await read(counters)).toEqual([
      {
        key: counterKeyOf(event),
        tally: tallyEvents([event]),
        watermarks: new Map([["shard-a", { sequence: sequenceNumber(7), writtenAt: sampleNow }]]),
      },
    ]);
  });

  test.each([
    ["the same records", 5, 7],
    ["a part of them", 6, 6],
    ["records that begin with the last one", 7, 9],
    ["records from before", 1, 3],
  ])("a delivery of %s is refused with the mark, and adds nothing", async (_what, first, last) => {
    const counters = await open();
    await counters.add(write([event], 5, 7));
    expect(await counters.add(write([event], first, last))).toEqual({
      ok: false,
      counted: sequenceNumber(7),
    });
    expect(await eventsIn(counters)).toBe(1);
  });

  test("records after the mark, and those of another shard whatever their numbers, are added", async () => {
    const counters = await open();
    await counters.add(write([event], 5, 7));
    expect(await counters.add(write([event], 8, 8))).toEqual({ ok: true });
    expect(await counters.add(write([event], 1, 2, "shard-b"))).toEqual({ ok: true });
    expect(await eventsIn(counters)).toBe(3);
  });

  test("sequence numbers of 40 digits keep every digit", async () => {
    const counters = await open();
    const long = sequenceNumber(10n ** 39n);
    const next = sequenceNumber(10n ** 39n + 1n);
    await counters.add({ ...write([event], 0, 0), first: long, last: long });
    expect(await counters.add({ ...write([event], 0, 0), first: next, last: next })).toEqual({ ok: true });
  });

  test("of many writers with the same records one is counted", async () => {
    const counters = await open();
    await Promise.all(Array.from({ length: 8 }, () => counters.add(write([event], 5, 7))));
    expect(await eventsIn(counters)).toBe(1);
  });

  test("quarters of an hour are counted apart, and hours are listed in order without their neighbours", async () => {
    const counters = await open();
    const at = (offsetMs: number, serial: number) =>
      usageEvent(serial, { admittedAt: epochMs(sampleNow + offsetMs) });
    const later = at(hourMs, 3);
    const records = numbered([at(-1, 1), at(0, 2), later, at(2 * hourMs, 4), at(3 * quarterMs, 5)]);
    await applyToCounters(counters, "shard-a", records, sampleNow);
    const listed = await Array.fromAsync(
      counters.list(event.customer, sampleNow, epochMs(sampleNow + 2 * hourMs)),
    );
    expect(listed.map(({ key }) => key.hour)).toEqual([sampleNow, sampleNow + hourMs]);
    expect([...(listed[0]?.tally.keys() ?? [])]).toEqual([0, 3]);
  });

  test("another customer's counters are not listed, also of ids that begin alike", async () => {
    const counters = await open();
    const other = customerId(sampleUlid("CVT"));
    await counters.add(write([usageEvent(2, { customer: other })], 1, 1));
    expect(await read(counters)).toEqual([]);
  });

  test("a mark is forgotten two days after its last move and not before", async () => {
    const counters = await open();
    await counters.add(write([event], 5, 7));
    const marksAfter = async (ms: number) => {
      const now = epochMs(sampleNow + ms);
      const until = epochMs(sampleNow + hourMs);
      const forgotten = await forgetWatermarks(counters, event.customer, sampleNow, until, now);
      return [forgotten, (await read(counters)).map(({ watermarks }) => watermarks.size)];
    };
    expect(await marksAfter(48 * hourMs - 1)).toEqual([0, [1]]);
    expect(await marksAfter(48 * hourMs)).toEqual([1, [0]]);
    expect(await eventsIn(counters)).toBe(1);
  });

  test("a mark that has moved since it was read stays", async () => {
    const counters = await open();
    await counters.add(write([event], 5, 7));
    await counters.add(write([event], 8, 9));
    const seen = { sequence: sequenceNumber(7), writtenAt: sampleNow };
    await counters.forget(counterKeyOf(event), "shard-a", seen);
    expect(await counters.add(write([event], 8, 9))).toEqual({ ok: false, counted: sequenceNumber(9) });
  });

  test("any events, delivered twice and cut anywhere, are counted as they are", () =>
    fc.assert(
      fc.asyncProperty(usageEvents({ minLength: 1, maxLength: 30 }), fc.nat(), async (events, cut) => {
        const counters = await open();
        const records = numbered(events);
        const at = cut % records.length;
        for (const batch of [records.slice(0, at), records, records.slice(at), records])
          expect(await applyToCounters(counters, "s", batch, sampleNow)).toEqual({ ok: true });
        expect(wrongCounters(expectedCounters(events), await storedCounters(counters, events))).toEqual([]);
      }),
      { numRuns: 15 },
    ));
});
