import type { CustomerId, LeaseId, PriceId, RequestId } from "../../identifiers.ts";
import { type Money, add, zero } from "../../money.ts";
import { type EpochMs, epochMs } from "../../time.ts";
import type { Replayed } from "../archive-replay.ts";
import type { CellClosings } from "../cell-closings.ts";
import { type CounterKey, counterKeyOf, counterName, quarterMs, quarterOf } from "../counters-key.ts";
import { type Tally, addTallies, emptyTally, tallyEvents, wholeHour } from "../counters-tally.ts";
import { type UsageEvent, crashed } from "../usage-event.ts";
import { type AuditBreak, type AuditNotice, dollars, moment } from "./report.ts";
import type { Archives, AuditScope } from "./views.ts";

/** The archived events of one counter in a quarter of an hour. */
export type ArchivedQuarter = {
  readonly startsAt: EpochMs;
  readonly counter: CounterKey;
  readonly tally: Tally;
  readonly first: RequestId;
};

/** The archived events of one lease. Those of its requests that were admitted outside of the scope count as well. */
export type ArchivedLease = {
  readonly cost: Money;
  /** Of `cost`: what was used in the scope. */
  readonly costInScope: Money;
  readonly isUsedInScope: boolean;
  readonly first: RequestId;
};

/** The archived events of one model at one price. */
export type ArchivedSales = { readonly cost: Money; readonly first: RequestId };

/** What the archives say of a customer. Sums, not events: a day of a platform has to fit into one process. */
export type Evidence = {
  /** Of the events in the scope, in all. */
  readonly cost: Money;
  /** By time and counter. */
  readonly quarters: ReadonlyMap<string, ArchivedQuarter>;
  /** By `salesName`. */
  readonly sales: ReadonlyMap<string, ArchivedSales>;
  readonly leases: ReadonlyMap<LeaseId, ArchivedLease>;
  readonly closings: readonly CellClosings[];
  /** How many objects the archives have of that time, of all customers. */
  readonly objects: number;
  readonly breaks: readonly AuditBreak[];
  readonly notices: readonly AuditNotice[];
};

export const salesName = ({ model, price }: { readonly model: string; readonly price: PriceId }): string =>
  `model ${model} at price ${price}`;

/**
 * How long before the scope reading begins: longer than a lease lives, so that every lease that was used in the scope is
 * read whole. Objects are stored after what they record has happened.
 */
export const leadMs = 2 * 60 * 60_000;

/** From when on the archives are read for these scopes. */
export const evidenceFrom = (scopes: readonly AuditScope[]): EpochMs =>
  epochMs(Math.max(0, Math.min(...scopes.map(({ from }) => from)) - leadMs));

/** Reads the archives of a time once, for all the customers of whom a scope is given. What is broken is noted; the rest counts. */
export const gatherEvidence = async (
  archives: Archives,
  scopes: readonly AuditScope[],
): Promise<ReadonlyMap<CustomerId, Evidence>> => {
  const gathered = new Map(scopes.map((scope) => [scope.customer, gatheringOf(scope)]));
  const everybody = { objects: new Set<string>(), breaks: [] as AuditBreak[], notices: [] as AuditNotice[] };
  const since = evidenceFrom(scopes);

  const eventsOf = async <Event>(
    replayed: AsyncIterable<Replayed<Event>>,
    take: (event: Event, object: string) => void,
  ): Promise<void> => {
    for await (const item of replayed) {
      everybody.objects.add(item.object);
      if (item.kind === "broken") everybody.breaks.push(brokenObject(item));
      else if ("unreadable" in item.record)
        everybody.notices.push(unreadable(item.object, item.record.sequence));
      else take(item.record.event, item.object);
    }
  };
  // Closings first: the events of a lease that is closed while this reads are all there, and it was seen open.
  await eventsOf(archives.closings(since), (closings) => {
    // One that was archived late would be the beginning of its chain, of which the ledger's part is not read.
    if (closings.closedAt >= since) gathered.get(closings.customer)?.closings.push(closings);
  });
  await eventsOf(archives.usage(since), (event, object) => {
    const gathering = gathered.get(event.customer);
    if (gathering) takeEvent(gathering, event, object);
  });

  return new Map(
    [...gathered].map(([customer, { cost, quarters, sales, leases, closings, breaks, notices }]) => [
      customer,
      {
        cost,
        quarters,
        sales,
        leases,
        closings,
        objects: everybody.objects.size,
        breaks: [...everybody.breaks, ...breaks],
        notices: [...everybody.notices, ...notices],
      },
    ]),
  );
};

type Gathering = {
  readonly scope: AuditScope;
  readonly requests: Set<RequestId>;
  cost: Money;
  readonly quarters: Map<string, ArchivedQuarter>;
  readonly sales: Map<string, ArchivedSales>;
  readonly leases: Map<LeaseId, ArchivedLease>;
  readonly closings: CellClosings[];
  readonly breaks: AuditBreak[];
  readonly notices: AuditNotice[];
};

const gatheringOf = (scope: AuditScope): Gathering => ({
  scope,
  requests: new Set(),
  cost: zero,
  quarters: new Map(),
  sales: new Map(),
  leases: new Map(),
  closings: [],
  breaks: [],
  notices: [],
});

const takeEvent = (gathering: Gathering, event: UsageEvent, object: string): void => {
  const { scope, requests, quarters, sales, leases, breaks, notices } = gathering;
  const { request, lease, cost, admittedAt } = event;
  if (requests.has(request)) {
    breaks.push(archivedTwice(object, event));
    return;
  }
  requests.add(request);
  const isInScope = admittedAt >= scope.from && admittedAt < scope.until;
  const known = leases.get(lease);
  leases.set(lease, {
    cost: add(known?.cost ?? zero, cost),
    costInScope: add(known?.costInScope ?? zero, isInScope ? cost : zero),
    isUsedInScope: isInScope || (known?.isUsedInScope ?? false),
    first: known?.first ?? request,
  });
  if (!isInScope) return;

  gathering.cost = add(gathering.cost, cost);
  notices.push(...crashedMidway(event), ...absorbed(event));
  const counter = counterKeyOf(event);
  const startsAt = epochMs(counter.hour + quarterOf(admittedAt) * quarterMs);
  const quarterName = `${startsAt} ${counterName(counter)}`;
  const quarter = quarters.get(quarterName) ?? { startsAt, counter, tally: emptyTally, first: request };
  quarters.set(quarterName, {
    ...quarter,
    tally: addTallies(quarter.tally, wholeHour(tallyEvents([event]))),
  });
  const sold = sales.get(salesName(event)) ?? { cost: zero, first: request };
  sales.set(salesName(event), { ...sold, cost: add(sold.cost, cost) });
};

const brokenObject = ({
  object,
  problem,
}: {
  readonly object: string;
  readonly problem: string;
}): AuditBreak => ({
  subject: object,
  message: `The archived file ${object} cannot be trusted: ${problem}. Nothing after it in its folder was used.`,
});

/** The table refuses a second event of a request: somebody removed the first, or wrote to the archive. */
const archivedTwice = (object: string, { request }: UsageEvent): AuditBreak => ({
  subject: request,
  message: `The archive holds request ${request} twice, the second time in ${object}.`,
});

const unreadable = (object: string, sequence: string): AuditNotice => ({
  kind: "unreadable",
  subject: object,
  message: `Record ${sequence.replace(/^0+/, "")} in ${object} cannot be read: it is neither counted nor billed.`,
});

const crashedMidway = ({ request, failure, admittedAt, cost }: UsageEvent): readonly AuditNotice[] =>
  failure === crashed
    ? [
        {
          kind: "crashed",
          subject: request,
          message: `Request ${request} of ${moment(admittedAt)} crashed midway: ${dollars(cost)} is billed, up to the last sign of it; what came after is not.`,
        },
      ]
    : [];

const absorbed = ({ request, admittedAt, absorbed: amount }: UsageEvent): readonly AuditNotice[] =>
  amount === undefined
    ? []
    : [
        {
          kind: "absorbed",
          subject: request,
          message: `Request ${request} of ${moment(admittedAt)} ended after its lease: the platform bears its ${dollars(amount)}.`,
        },
      ];
