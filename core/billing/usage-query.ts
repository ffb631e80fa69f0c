import type { CustomerId, KeyId } from "../identifiers.ts";
import { type EpochMs, epochMs } from "../time.ts";
import { type Tally, addTallies, emptyTally } from "./counters-tally.ts";
import { type QuarterCount, countsBetween } from "./counters-totals.ts";
import type { Counters } from "./counters.ts";
import { type Span, type UsageInterval, intervalAt } from "./usage-query-interval.ts";

export const usageGroups = ["model", "key"] as const;
export type UsageGroup = (typeof usageGroups)[number];

export type UsageQuery = {
  readonly customer: CustomerId;
  /** Both are starts of a quarter of an hour. */
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly by: UsageInterval;
  /** What rows are kept apart by, besides time. */
  readonly groups: readonly UsageGroup[];
  /** Whose days and hours are meant. */
  readonly timeZone: string;
  /** Rows per page. */
  readonly limit: number;
  /** The last row of the page before. */
  readonly after?: UsagePosition;
};

/** Which row: rows are sorted by their start, then model, then key. */
export type UsagePosition = { readonly startsAt: EpochMs; readonly model?: string; readonly key?: KeyId };

export type UsageRow = UsagePosition & { readonly endsAt: EpochMs; readonly tally: Tally };

export type UsagePage = {
  readonly rows: readonly UsageRow[];
  /** Set where there are more rows. */
  readonly next?: UsagePosition;
  /** Of the whole query, not of the page; on the first page only, which has to read everything for it. */
  readonly totals?: Tally;
};

/** What a customer used, per hour or day of its time zone. Intervals in which nothing happened have no row. */
export const queryUsage = async (counters: Pick<Counters, "list">, query: UsageQuery): Promise<UsagePage> => {
  const { customer, until, limit, after } = query;
  const rows: UsageRow[] = [];
  let totals = emptyTally;
  const counts = countsBetween(counters, customer, after?.startsAt ?? query.from, until);
  for await (const { span, counted } of intervalsOf(query, counts)) {
    const tallied = rowsOf(query, span, counted);
    if (!after) totals = tallied.reduce((sum, { tally }) => addTallies(sum, tally), totals);
    else if (rows.length > limit) break;
    if (rows.length <= limit)
      rows.push(...tallied.filter((row) => !after || comparePositions(row, after) > 0));
  }
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page,
    ...(rows.length > limit && last && { next: positionOf(last) }),
    ...(!after && { totals }),
  };
};

type Interval = { readonly span: Span; readonly counted: QuarterCount[] };

/** Counts, which come in order of time, by the interval they are in. */
async function* intervalsOf(
  { by, timeZone, from, until }: UsageQuery,
  counts: AsyncIterable<QuarterCount>,
): AsyncGenerator<Interval> {
  let interval: Interval | undefined;
  for await (const count of counts) {
    if (!interval || count.startsAt >= interval.span.endsAt) {
      if (interval) yield interval;
      const { startsAt, endsAt } = intervalAt(by, timeZone, count.startsAt);
      // What was asked for may begin or end within a day.
      const span = {
        startsAt: epochMs(Math.max(startsAt, from)),
        endsAt: epochMs(Math.min(endsAt, until)),
      };
      interval = { span, counted: [] };
    }
    interval.counted.push(count);
  }
  if (interval) yield interval;
}

const rowsOf = (
  { groups }: UsageQuery,
  span: Span,
  counted: readonly QuarterCount[],
): readonly UsageRow[] => {
  const rows = new Map<string, UsageRow>();
  for (const { counter, tally } of counted) {
    const facets = {
      ...(groups.includes("model") && { model: counter.model }),
      ...(groups.includes("key") && { key: counter.key }),
    };
    const name = `${facets.model ?? ""} ${facets.key ?? ""}`;
    const sum = addTallies(rows.get(name)?.tally ?? emptyTally, tally);
    rows.set(name, { ...span, ...facets, tally: sum });
  }
  return [...rows.values()].toSorted(comparePositions);
};

const positionOf = ({ startsAt, model, key }: UsageRow): UsagePosition => ({
  startsAt,
  ...(model !== undefined && { model }),
  ...(key !== undefined && { key }),
});

const comparePositions = (one: UsagePosition, other: UsagePosition): number =>
  one.startsAt - other.startsAt ||
  compareText(one.model ?? "", other.model ?? "") ||
  compareText(one.key ?? "", other.key ?? "");

const compareText = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);
