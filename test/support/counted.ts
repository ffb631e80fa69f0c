import { isDeepStrictEqual } from "node:util";
import { counterKeyOf, counterName, hourMs } from "../../core/billing/counters-key.ts";
import { type HourTally, tallyEvents } from "../../core/billing/counters-tally.ts";
import type { Counters } from "../../core/billing/counters.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { epochMs } from "../../core/time.ts";

/** What the counters must hold after these events: each counter counted by itself, in one go. */
export const expectedCounters = (events: readonly UsageEvent[]): ReadonlyMap<string, HourTally> =>
  new Map(
    [...Map.groupBy(events, (event) => counterName(counterKeyOf(event)))].map(([name, group]) => [
      name,
      tallyEvents(group),
    ]),
  );

/** What they do hold, for the customers of these events. */
export const storedCounters = async (
  counters: Counters,
  events: readonly UsageEvent[],
): Promise<ReadonlyMap<string, HourTally>> => {
  const hours = events.map((event) => counterKeyOf(event).hour);
  const until = epochMs(Math.max(...hours) + hourMs);
  const stored = new Map<string, HourTally>();
  for (const customer of new Set(events.map((event) => event.customer))) {
    for await (const counter of counters.list(customer, epochMs(Math.min(...hours)), until))
      stored.set(counterName(counter.key), counter.tally);
  }
  return stored;
};

/** The names of the counters that differ. */
export const wrongCounters = (
  expected: ReadonlyMap<string, HourTally>,
  stored: ReadonlyMap<string, HourTally>,
): readonly string[] =>
  [...new Set([...expected.keys(), ...stored.keys()])].filter(
    (name) => !isDeepStrictEqual(expected.get(name), stored.get(name)),
  );
