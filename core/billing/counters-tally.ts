import { type Money, picodollars, zero } from "../money.ts";
import { type Quarter, quarterOf } from "./counters-key.ts";
import { type Quantities, type QuantityKind, quantityKinds } from "./quantities.ts";
import type { Outcome, UsageEvent } from "./usage-event.ts";

/** What a set of usage events adds up to. Two tallies add up as their sets do. */
export type Tally = {
  readonly events: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Events of which nothing was delivered and nothing billed. */
  readonly waived: number;
  /** What was billed: the quantities of waived events are not in it. */
  readonly quantities: Quantities;
  readonly cost: Money;
};

/** A counter's content: a tally for each quarter of its hour that something happened in. */
export type HourTally = ReadonlyMap<Quarter, Tally>;

type Counting = {
  events: number;
  outcomes: Record<Outcome, number>;
  waived: number;
  quantities: Partial<Record<QuantityKind, number>>;
  cost: Money;
};

const counting = (): Counting => ({
  events: 0,
  outcomes: { completed: 0, aborted: 0, failed: 0 },
  waived: 0,
  quantities: {},
  cost: zero,
});

export const emptyTally: Tally = counting();

/** Counts the events of one counter. Written with changing numbers: it runs once per event of the platform. */
export const tallyEvents = (events: Iterable<UsageEvent>): HourTally => {
  const hour = new Map<Quarter, Counting>();
  for (const event of events) {
    const quarter = quarterOf(event.admittedAt);
    let tally = hour.get(quarter);
    if (!tally) hour.set(quarter, (tally = counting()));
    countEvent(tally, event);
  }
  return hour;
};

const countEvent = (tally: Counting, event: UsageEvent): void => {
  tally.events += 1;
  tally.outcomes[event.outcome] += 1;
  tally.cost = picodollars(tally.cost + event.cost);
  if (event.waived) tally.waived += 1;
  else addQuantities(tally.quantities, event.quantities);
};

const addQuantities = (sum: Partial<Record<QuantityKind, number>>, more: Quantities): void => {
  for (const kind of quantityKinds) {
    const count = more[kind];
    if (count) sum[kind] = (sum[kind] ?? 0) + count;
  }
};

export const addTallies = (one: Tally, other: Tally): Tally => {
  const sum = counting();
  for (const tally of [one, other]) {
    sum.events += tally.events;
    sum.waived += tally.waived;
    sum.cost = picodollars(sum.cost + tally.cost);
    sum.outcomes.completed += tally.outcomes.completed;
    sum.outcomes.aborted += tally.outcomes.aborted;
    sum.outcomes.failed += tally.outcomes.failed;
    addQuantities(sum.quantities, tally.quantities);
  }
  return sum;
};

export const addHourTallies = (one: HourTally, other: HourTally): HourTally => {
  const sum = new Map(one);
  for (const [quarter, tally] of other) sum.set(quarter, addTallies(sum.get(quarter) ?? emptyTally, tally));
  return sum;
};

/** All quarters together. */
export const wholeHour = (hour: HourTally): Tally => [...hour.values()].reduce(addTallies, emptyTally);
