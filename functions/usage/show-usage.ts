import { wallTime } from "../../core/admission/zoned-time.ts";
import type { Tally } from "../../core/billing/counters-tally.ts";
import { quantityKinds } from "../../core/billing/quantities.ts";
import type { UsagePage, UsageQuery, UsageRow } from "../../core/billing/usage-query.ts";
import { usageWithCost } from "../../core/inference/priced-usage.ts";
import type { JsonObject } from "../../core/json.ts";
import type { EpochMs } from "../../core/time.ts";
import { writeCursor } from "./usage-cursor.ts";

/** A page of usage as its customer sees it, as JSON text: costs are exact decimals of dollars and pass through no float. */
export const showUsage = (query: UsageQuery, page: UsagePage): string => {
  const { timeZone, from, until, by, groups, customer } = query;
  const head = {
    object: "list",
    time_zone: timeZone,
    from: showInstant(from, timeZone),
    to: showInstant(until, timeZone),
    by,
    group: groups,
    has_more: page.next !== undefined,
    next_cursor: page.next ? writeCursor(customer, { from, until, by, groups, after: page.next }) : null,
  };
  const totals = page.totals ? `,"totals":${showTally(page.totals, {})}` : "";
  const rows = page.rows.map((row) => showRow(row, timeZone)).join(",");
  return `${JSON.stringify(head).slice(0, -1)}${totals},"data":[${rows}]}`;
};

const showRow = ({ startsAt, endsAt, model, key, tally }: UsageRow, timeZone: string): string =>
  showTally(tally, {
    object: "usage",
    start: showInstant(startsAt, timeZone),
    end: showInstant(endsAt, timeZone),
    ...(model !== undefined && { model }),
    ...(key !== undefined && { key }),
  });

const showTally = ({ events, outcomes, waived, quantities, cost }: Tally, facets: JsonObject): string => {
  const billed = quantityKinds.map((kind) => [snakeCase(kind), quantities[kind] ?? 0] as const);
  return usageWithCost(
    {
      ...facets,
      requests: events,
      ...outcomes,
      waived,
      usage: Object.fromEntries(billed.filter(([, quantity]) => quantity > 0)),
    },
    cost,
  );
};

const snakeCase = (kind: string): string => kind.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** "2026-03-29T03:00:00+02:00": what the customer's clocks show, and how far they are from UTC. */
const showInstant = (instant: EpochMs, timeZone: string): string => {
  const wall = wallTime(instant, timeZone);
  const minutes = Math.round((wall - instant) / 60_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const distance = Math.abs(minutes);
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
  return `${new Date(wall).toISOString().slice(0, 19)}${offset}`;
};
