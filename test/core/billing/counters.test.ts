import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyToCounters } from "../../../core/billing/counters-apply.ts";
import { counterKeyOf, hourMs } from "../../../core/billing/counters-key.ts";
import { addHourTallies, tallyEvents, wholeHour } from "../../../core/billing/counters-tally.ts";
import { type Counters, forgetWatermarks } from "../../../core/billing/counters.ts";
import { epochMs } from "../../../core/time.ts";
import { expectedCounters, storedCounters, wrongCounters } from "../../support/counted.ts";
import { memoryCounters } from "../../support/memory-counters.ts";
import { sampleNow } from "../../support/samples.ts";
import { deliverBadly, seededRandom } from "../../support/unreliable-stream.ts";
import { numbered, sequenceNumber, usageEvent, usageEvents } from "../../support/usage-events.ts";

const eventsPerRun = 2000;
const seeds = Array.from({ length: 10 }, (_, seed) => seed);

const [events = []] = fc.sample(usageEvents({ minLength: eventsPerRun, maxLength: eventsPerRun }), {
  numRuns: 1,
  seed: 1,
});

/** What one would write without knowing better: every delivery adds. */
const naive = (counters: Counters): Counters => {
  let deliveries = 0;
  return {
    ...counters,
    add: (write) => counters.add({ ...write, shard: `${write.shard}-${(deliveries += 1)}` }),
  };
};

const wrongAfter = async (counters: Counters, seed: number) => {
  await deliverBadly(counters, events, seededRandom(seed));
  return wrongCounters(expectedCounters(events), await storedCounters(counters, events));
};

/** Three, and the five they split into. */
const shardsOfTheWorstDay = 8;

describe("a stream on its worst day", () => {
  test.each(seeds)("leaves no counter wrong (seed %i)", async (seed) =>
    expect(await wrongAfter(memoryCounters(), seed)).toEqual([]),
  );

  test.each(seeds.slice(0, 2))(
    "makes counters wrong that add whatever is delivered (seed %i)",
    async (seed) => expect(await wrongAfter(naive(memoryCounters()), seed)).not.toEqual([]),
  );

  test("leaves as many marks on a counter as there were shards, however often it was delivered", async () => {
    const counters = memoryCounters();
    await wrongAfter(counters, 1);
    const from = epochMs(sampleNow - 2 * hourMs);
    const [customer = usageEvent(0).customer] = events.map((event) => event.customer);
    const listed = counters.list(customer, from, epochMs(sampleNow + 2 * hourMs));
    const marks = (await Array.fromAsync(listed)).map(({ watermarks }) => watermarks.size);
    expect(Math.max(...marks)).toBe(shardsOfTheWorstDay);
  });

  test("can begin anew on counters whose marks were forgotten two days later", async () => {
    const counters = memoryCounters();
    const [before, late] = [usageEvent(1), usageEvent(2)];
    await applyToCounters(counters, "old", numbered([before]), sampleNow);
    const twoDaysLater = epochMs(sampleNow + 48 * hourMs);
    const until = epochMs(sampleNow + hourMs);
    await forgetWatermarks(counters, before.customer, sampleNow, until, twoDaysLater);
    await applyToCounters(counters, "new", numbered([late]), twoDaysLater);
    expect(
      wrongCounters(expectedCounters([before, late]), await storedCounters(counters, [before, late])),
    ).toEqual([]);
  });
});

test("a lost acknowledgement is a success, not a second charge", async () => {
  const counters = memoryCounters();
  const records = numbered([usageEvent(1), usageEvent(2)]);
  const add: Counters["add"] = async (write) => {
    await counters.add(write);
    throw new Error("the connection broke");
  };
  const first = await applyToCounters({ add }, "s", records, sampleNow);
  expect(first).toMatchObject({ ok: false, resumeAt: sequenceNumber(1) });
  expect(await applyToCounters(counters, "s", records, sampleNow)).toEqual({ ok: true });
  const [counter] = await Array.fromAsync(
    counters.list(usageEvent(1).customer, sampleNow, epochMs(sampleNow + 1)),
  );
  expect(wholeHour(counter?.tally ?? new Map()).events).toBe(2);
});

test("of several counters that fail, the lowest record says where to resume; the others are done", async () => {
  const counters = memoryCounters();
  const models = ["a", "b", "c", "d"];
  const records = numbered(
    models.map((model, index) => usageEvent(index, { model })),
    10,
  );
  const add: Counters["add"] = async (write) => {
    if (["b", "d"].includes(write.key.model)) throw new Error("throttled");
    return counters.add(write);
  };
  expect(await applyToCounters({ add }, "s", records, sampleNow)).toMatchObject({
    ok: false,
    resumeAt: sequenceNumber(11),
  });
  const stored = await Array.fromAsync(
    counters.list(usageEvent(1).customer, sampleNow, epochMs(sampleNow + 1)),
  );
  expect(stored.map(({ key }) => key.model).toSorted()).toEqual(["a", "c"]);
});

test("records out of their order are a bug, and nothing of them is counted", async () => {
  const counters = memoryCounters();
  const records = numbered([usageEvent(1), usageEvent(2)]).toReversed();
  await expect(applyToCounters(counters, "s", records, sampleNow)).rejects.toThrow("in their order");
});

test("a late event lands in the hour of its admission, not in that of its delivery", async () => {
  const counters = memoryCounters();
  const late = usageEvent(1, {
    admittedAt: epochMs(sampleNow - 1),
    endedAt: epochMs(sampleNow + 9 * 60_000),
  });
  await applyToCounters(counters, "s", numbered([late]), epochMs(sampleNow + 5 * hourMs));
  const listed = await Array.fromAsync(
    counters.list(late.customer, epochMs(sampleNow - hourMs), epochMs(sampleNow + 9 * hourMs)),
  );
  expect(listed.map(({ key }) => key.hour)).toEqual([sampleNow - hourMs]);
});

test("events of two regions, keys, models or prices never share a counter", () =>
  fc.assert(
    fc.property(usageEvents({ minLength: 2, maxLength: 40 }), (events) => {
      for (const [, group] of Map.groupBy(events, (event) => JSON.stringify(counterKeyOf(event)))) {
        const facets = group.map(({ customer, region, key, model, price }) =>
          [customer, region, key, model, price].join(" "),
        );
        expect(new Set(facets).size).toBe(1);
      }
    }),
  ));

test("counting a set of events equals counting its parts, whatever the cut", () =>
  fc.assert(
    fc.property(usageEvents({ minLength: 0, maxLength: 40 }), fc.nat(40), (events, cut) => {
      const parts = addHourTallies(tallyEvents(events.slice(0, cut)), tallyEvents(events.slice(cut)));
      expect(parts).toEqual(tallyEvents(events));
    }),
  ));

test("what is waived is an event without quantities and without cost", () => {
  const waived = usageEvent(1, { waived: true, outcome: "failed", cost: usageEvent(1).cost });
  const tally = wholeHour(tallyEvents([waived]));
  expect(tally).toMatchObject({ events: 1, waived: 1, quantities: {} });
  expect(tally.outcomes).toEqual({ completed: 0, aborted: 0, failed: 1 });
});
