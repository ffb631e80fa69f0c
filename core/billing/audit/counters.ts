import { type Tally, emptyTally } from "../counters-tally.ts";
import type { EpochMs } from "../../time.ts";
import { counterName, quarterMs } from "../counters-key.ts";
import type { QuarterCount } from "../counters-totals.ts";
import { quantityKinds } from "../quantities.ts";
import type { ArchivedQuarter, Evidence } from "./evidence.ts";
import { type AuditBreak, type AuditNotice, type LinkFinding, dollars, finding, moment } from "./report.ts";

export type CountersAudit = { readonly finding: LinkFinding; readonly notices: readonly AuditNotice[] };

/** Archive and counters are fed side by side: the end of a busy quarter may be in one of them first. */
const settlesWithinMs = 2 * 60_000;

/**
 * Compares every counter with what the archived events of its quarter of an hour add up to, in order of time. A quarter that
 * is not over yet moves while it is looked at: a difference there is noted, and is a break a quarter later.
 */
export const auditCounters = (
  { quarters }: Pick<Evidence, "quarters">,
  counts: readonly QuarterCount[],
  now: EpochMs,
): CountersAudit => {
  const counted = new Map(counts.map((count) => [`${count.startsAt} ${counterName(count.counter)}`, count]));
  const names = [...new Set([...quarters.keys(), ...counted.keys()])];
  const differences = names
    .map((name) => ({ archived: quarters.get(name), count: counted.get(name) }))
    .toSorted((one, other) => startOf(one) - startOf(other))
    .flatMap((pair) => compare(pair).map((difference) => ({ difference, isMoving: isMoving(pair, now) })));
  const breaks = differences.filter((entry) => !entry.isMoving).map(({ difference }) => difference);
  return {
    finding: finding("archive = counters", names.length, breaks),
    notices: differences
      .filter((entry) => entry.isMoving)
      .map(({ difference }) => ({ kind: "moving", ...difference })),
  };
};

const isMoving = (pair: Pair, now: EpochMs): boolean => startOf(pair) + quarterMs + settlesWithinMs > now;

type Pair = { readonly archived: ArchivedQuarter | undefined; readonly count: QuarterCount | undefined };

const startOf = ({ archived, count }: Pair): number => archived?.startsAt ?? count?.startsAt ?? 0;

const compare = ({ archived, count }: Pair): readonly AuditBreak[] => {
  const known = archived ?? count;
  const [evidence, counted] = [archived?.tally ?? emptyTally, count?.tally ?? emptyTally];
  if (!known || areSame(evidence, counted)) return [];
  const { key, model, region, price } = known.counter;
  return [
    {
      subject: archived?.first ?? counterName(known.counter),
      message:
        `In the quarter of an hour from ${moment(known.startsAt)}, for model ${model} with key ${key} at price ${price} in ${region}, ` +
        `the archive holds ${describe(evidence)}; the counter says ${describe(counted)}. ` +
        (archived ? `The first event there is ${archived.first}.` : "No event of it is in the archive."),
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
