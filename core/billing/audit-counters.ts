import type { UsageEvent } from "./usage-event.ts";
import type { CounterKey } from "./counters-key.ts";
import { counterKeyOf, counterName, quarterMs, quarterOf } from "./counters-key.ts";
import { type Tally, emptyTally, tallyEvents, wholeHour } from "./counters-tally.ts";
import type { QuarterCount } from "./counters-totals.ts";
import { type AuditBreak, type LinkFinding, dollars, finding, moment } from "./audit-report.ts";
import { quantityKinds } from "./quantities.ts";
import { type EpochMs, epochMs } from "../time.ts";

type Quarter = {
  readonly startsAt: EpochMs;
  readonly counter: CounterKey;
  readonly events: UsageEvent[];
  counted: Tally;
};

/** Counts the archived events anew and compares every counter with them, quarter by quarter, in order of time. */
export const auditCounters = (
  events: readonly UsageEvent[],
  counts: readonly QuarterCount[],
): LinkFinding => {
  const quarters = new Map<string, Quarter>();
  const quarterNamed = (counter: CounterKey, startsAt: EpochMs): Quarter => {
    const name = `${startsAt} ${counterName(counter)}`;
    const quarter = quarters.get(name) ?? { startsAt, counter, events: [], counted: emptyTally };
    quarters.set(name, quarter);
    return quarter;
  };
  for (const event of events) {
    const counter = counterKeyOf(event);
    const startsAt = epochMs(counter.hour + quarterOf(event.admittedAt) * quarterMs);
    quarterNamed(counter, startsAt).events.push(event);
  }
  for (const { counter, startsAt, tally } of counts) quarterNamed(counter, startsAt).counted = tally;
  const breaks = [...quarters.values()]
    .toSorted((one, other) => one.startsAt - other.startsAt)
    .flatMap(compareQuarter);
  return finding("archive = counters", quarters.size, breaks);
};

const compareQuarter = ({ startsAt, counter, events, counted }: Quarter): readonly AuditBreak[] => {
  const archived = wholeHour(tallyEvents(events));
  if (areSame(archived, counted)) return [];
  const { key, model, region, price } = counter;
  const [first] = events;
  return [
    {
      subject: first?.request ?? counterName(counter),
      message:
        `In the quarter of an hour from ${moment(startsAt)}, for model ${model} with key ${key} at price ${price} in ${region}, ` +
        `the archive holds ${describe(archived)}; the counter says ${describe(counted)}. ` +
        (first ? `The first event there is ${first.request}.` : "No event of it is in the archive."),
    },
  ];
};

const areSame = (one: Tally, other: Tally): boolean =>
  one.events === other.events &&
  one.cost === other.cost &&
  one.waived === other.waived &&
  one.outcomes.completed === other.outcomes.completed &&
  one.outcomes.aborted === other.outcomes.aborted &&
  one.outcomes.failed === other.outcomes.failed &&
  quantityKinds.every((kind) => (one.quantities[kind] ?? 0) === (other.quantities[kind] ?? 0));

const describe = ({ events, cost, quantities }: Tally): string => {
  const amounts = quantityKinds
    .filter((kind) => quantities[kind])
    .map((kind) => `${quantities[kind]} ${kind}`);
  return `${events} events with ${amounts.join(", ") || "nothing billed"}, costing ${dollars(cost)}`;
};
