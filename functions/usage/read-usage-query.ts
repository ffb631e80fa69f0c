import { monthAt, monthBounds } from "../../core/billing/invoice/billing-month.ts";
import { quarterMs } from "../../core/billing/counters-key.ts";
import { type UsageGroup, type UsageQuery, usageGroups } from "../../core/billing/usage-query.ts";
import { type UsageInterval, usageIntervals } from "../../core/billing/usage-query-interval.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { type EpochMs, epochMs } from "../../core/time.ts";
import { parseInstant } from "./instant-parameter.ts";
import { type CursorContent, readCursor } from "./usage-cursor.ts";

export type UsageQueryReading =
  | { readonly ok: true; readonly query: UsageQuery }
  | { readonly ok: false; readonly refusal: Refusal };

/** Query parameters as API Gateway gives them: the last one of a name. */
export type Parameters = Readonly<Record<string, string | undefined>>;

const known = ["from", "to", "by", "group", "limit", "cursor"];
const limitMax = 1000;
const limitDefault = 100;
/** The longest range, so that a page stays quick for a customer with thousands of counters. */
const daysMax = { hour: 31, day: 93 } as const satisfies Record<UsageInterval, number>;
const dayMs = 24 * 60 * 60_000;

/**
 * Reads what a customer asks for. Without `from` and `to`: the current month so far. A cursor brings its own query with it;
 * parameters sent along must be those of that query.
 */
export const readUsageQuery = (
  parameters: Parameters,
  customer: CustomerId,
  timeZone: string,
  now: EpochMs,
): UsageQueryReading => {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return refuse(
      undefined,
      `There is a parameter that this route does not have. It has ${known.join(", ")}.`,
    );

  const by = usageIntervals.find((interval) => interval === (parameters["by"] ?? "day"));
  if (!by) return refuse("by", "`by` must be hour or day.");
  const groups = readGroups(parameters["group"]);
  if (!groups)
    return refuse("group", "`group` must be model, key, both with a comma between them, or empty.");
  const limit = readLimit(parameters["limit"]);
  if (limit === undefined) return refuse("limit", `\`limit\` must be a whole number from 1 to ${limitMax}.`);

  const readInstant = (text: string | undefined, orElse: () => EpochMs): EpochMs | undefined =>
    text === undefined ? orElse() : parseInstant(text, timeZone);
  const until = readInstant(parameters["to"], () => epochMs(Math.ceil(now / quarterMs) * quarterMs));
  if (until === undefined) return refuse("to", instantMessage("to"));
  const from = readInstant(parameters["from"], () => startOfMonth(until, timeZone));
  if (from === undefined) return refuse("from", instantMessage("from"));

  if (parameters["cursor"] !== undefined) {
    const cursor = readCursor(customer, parameters["cursor"]);
    if (!cursor || rangeFault(cursor))
      return refuse("cursor", "`cursor` must be the `next_cursor` of an earlier answer.");
    if (!belongsTo(cursor, parameters, { from, until, by, groups }))
      return refuse("cursor", "`cursor` belongs to a query with other parameters. Send those, or it alone.");
    return { ok: true, query: { customer, timeZone, limit, ...cursor } };
  }
  const fault = rangeFault({ from, until, by });
  if (fault !== undefined) return refuse("from", fault);
  return { ok: true, query: { customer, timeZone, limit, from, until, by, groups } };
};

/** What is wrong with a range, whether parameters or a cursor say it. */
const rangeFault = ({ from, until, by }: Pick<UsageQuery, "from" | "until" | "by">): string | undefined => {
  if (from >= until) return "`from` must be before `to`.";
  return until - from > daysMax[by] * dayMs + dayMs / 24
    ? `A query by ${by} covers at most ${daysMax[by]} days. Ask for less at a time.`
    : undefined;
};

const refuse = (param: string | undefined, message: string): UsageQueryReading => ({
  ok: false,
  refusal: { code: "invalid_request", message, ...(param !== undefined && { param }) },
});

const instantMessage = (name: string): string =>
  `\`${name}\` must be a date like 2026-01-31, or an instant like 2026-01-31T12:15:00Z that begins a quarter of an hour.`;

const startOfMonth = (until: EpochMs, timeZone: string): EpochMs =>
  monthBounds(monthAt(epochMs(until - 1), timeZone), timeZone).from;

const readGroups = (text = "model"): readonly UsageGroup[] | undefined => {
  const names = text === "" ? [] : text.split(",");
  const groups = usageGroups.filter((group) => names.includes(group));
  return groups.length === names.length ? groups : undefined;
};

const readLimit = (text = String(limitDefault)): number | undefined => {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= limitMax ? limit : undefined;
};

/** Whether what the client said, where it said something, is what the cursor's query was. */
const belongsTo = (cursor: CursorContent, said: Parameters, query: Omit<CursorContent, "after">): boolean =>
  (said["from"] === undefined || cursor.from === query.from) &&
  (said["to"] === undefined || cursor.until === query.until) &&
  (said["by"] === undefined || cursor.by === query.by) &&
  (said["group"] === undefined || cursor.groups.join(",") === query.groups.join(","));
