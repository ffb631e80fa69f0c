import { describe, expect, test } from "vitest";
import { applyToCounters } from "../../../core/billing/counters-apply.ts";
import { hourMs } from "../../../core/billing/counters-key.ts";
import type { Principal } from "../../../core/access/principal.ts";
import { customerId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { answerUsage } from "../../../functions/usage/answer-usage.ts";
import type { Parameters } from "../../../functions/usage/read-usage-query.ts";
import { sha256 } from "../../../functions/system.ts";
import { httpEvent, requestContext } from "../../support/http-event.ts";
import { memoryCounters } from "../../support/memory-counters.ts";
import { sampleNow, samplePrincipal, sampleUlid } from "../../support/samples.ts";
import { numbered, usageEvent } from "../../support/usage-events.ts";

const caller: Principal = { ...samplePrincipal, scopes: ["usage:read"] };
const now = epochMs(sampleNow + 40 * 60_000);

const counters = memoryCounters();
const events = [0, 1, 2].map((hour) =>
  usageEvent(hour, {
    model: hour === 1 ? "other" : "sample-chat",
    admittedAt: epochMs(sampleNow - hour * hourMs),
    cost: picodollars(10n ** 16n + 1n),
  }),
);
await applyToCounters(counters, "s", numbered(events), sampleNow);

const get = async (parameters: Parameters | null, principal = caller, timeZone = "UTC") => {
  const ports = { counters, clock: { now: () => now } };
  const limited = { ...principal, limits: { walletShards: 1, timeZone, budgets: [] } };
  const event = {
    ...httpEvent({ requestContext: requestContext(limited) }),
    queryStringParameters: parameters,
  };
  const { statusCode, body } = await answerUsage(ports, event);
  return { statusCode, text: body, body: JSON.parse(body) };
};
const december = { from: "2025-12-31", to: "2026-01-02" };

test("usage says what was used and what it cost, exact to the last digit", async () => {
  const { statusCode, text, body } = await get(december);
  expect(statusCode).toBe(200);
  expect(body).toMatchObject({
    object: "list",
    by: "day",
    group: ["model"],
    has_more: false,
    next_cursor: null,
  });
  expect(body.data).toHaveLength(3);
  expect(body.data[0]).toMatchObject({
    start: "2025-12-31T00:00:00+00:00",
    end: "2026-01-01T00:00:00+00:00",
    model: "other",
    requests: 1,
    completed: 1,
    usage: { input_tokens: 100, output_tokens: 20, requests: 1 },
  });
  expect(text).toContain('"cost":10000.000000000001}');
  expect(text).toContain('"cost":30000.000000000003}');
});

test("without from and to it is the current month so far, in the customer's time zone", async () => {
  expect((await get(null)).body).toMatchObject({
    time_zone: "UTC",
    from: "2026-01-01T00:00:00+00:00",
    to: "2026-01-01T00:45:00+00:00",
    totals: { requests: 1 },
  });
  expect((await get(null, caller, "America/New_York")).body).toMatchObject({
    from: "2025-12-01T00:00:00-05:00",
    to: "2025-12-31T19:45:00-05:00",
    totals: { requests: 3 },
  });
});

test("a date is that day in the customer's time zone, an instant is itself", async () => {
  const { body } = await get(
    { from: "2026-01-01", to: "2026-01-01T12:15:00 05:45" },
    caller,
    "Asia/Kathmandu",
  );
  expect(body).toMatchObject({ from: "2026-01-01T00:00:00+05:45", to: "2026-01-01T12:15:00+05:45" });
});

describe("paging", () => {
  const query = { ...december, by: "hour", group: "model,key", limit: "1" };

  test("goes on where it stopped, with the cursor alone or with the same query", async () => {
    const first = await get(query);
    expect(first.body).toMatchObject({ has_more: true, totals: { requests: 3 } });
    const cursor: string = first.body.next_cursor;
    const second = await get({ cursor });
    expect(second.body.data.map(({ start }: { start: string }) => start)).toEqual([
      "2025-12-31T23:00:00+00:00",
      "2026-01-01T00:00:00+00:00",
    ]);
    expect(second.body).toMatchObject({ by: "hour", group: ["model", "key"], has_more: false });
    expect((await get({ ...query, cursor, limit: "2" })).text).toBe(second.text);
  });

  test("a cursor of another customer, or one that was altered, opens nothing", async () => {
    const cursor: string = (await get(query)).body.next_cursor;
    const stranger = { ...caller, customer: customerId(sampleUlid("F")) };
    for (const [given, principal] of [
      [cursor, stranger],
      [`A${cursor}`, caller],
      [cursor.slice(0, -1), caller],
      [`${cursor}.`, caller],
      ["", caller],
    ] as const) {
      const { statusCode, body } = await get({ cursor: given }, principal);
      expect([statusCode, body.error.param]).toEqual([400, "cursor"]);
    }
  });

  test("a cursor that its customer invented reads no more than a query may, and breaks nothing", async () => {
    const cursor: string = (await get(query)).body.next_cursor;
    const [content = ""] = cursor.split(".");
    const real = JSON.parse(Buffer.from(content, "base64url").toString());
    const invented = (text: string): string => {
      const content = Buffer.from(text).toString("base64url");
      return `${content}.${sha256(`usage cursor\n${caller.customer}\n${content}`).slice(0, 32)}`;
    };
    expect(invented(JSON.stringify(real))).toBe(cursor);
    const quarters = 900_000;
    for (const text of [
      "",
      "null",
      "{",
      "[]",
      `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`,
      ...[
        { from: 0, after: { startsAt: 0 } },
        { until: 8.64e15 },
        { until: 2 ** 60 },
        { from: real.until, until: real.from },
        { after: { startsAt: 0 } },
        { after: { startsAt: real.until } },
        { after: { startsAt: real.after.startsAt + 1 } },
        { from: real.until - 32 * 96 * quarters },
        { by: "year" },
        { groups: ["customer"] },
        { after: { startsAt: real.after.startsAt, key: "not a key" } },
      ].map((change) => JSON.stringify({ ...real, ...change })),
    ]) {
      const { statusCode, body } = await get({ cursor: invented(text) });
      expect([text, statusCode, body.error?.param]).toEqual([text, 400, "cursor"]);
    }
  });

  test("a cursor is refused together with another query", async () => {
    const cursor: string = (await get(query)).body.next_cursor;
    for (const other of [{ by: "day" }, { group: "key" }, { from: "2025-12-30" }, { to: "2026-01-03" }])
      expect((await get({ cursor, ...other })).body.error.param).toBe("cursor");
  });
});

describe("bad parameters are refused by name", () => {
  test.each<[string, Parameters]>([
    ["by", { by: "week" }],
    ["group", { group: "model,region" }],
    ["group", { group: "model,model" }],
    ["limit", { limit: "0" }],
    ["limit", { limit: "1001" }],
    ["limit", { limit: "1e3" }],
    ["limit", { limit: "-1" }],
    ["from", { from: "yesterday" }],
    ["from", { from: "2026-02-30" }],
    ["from", { from: "2026-13-01" }],
    ["from", { from: "2026-01-01T00:07:00Z" }],
    ["from", { from: "2026-01-01T25:00:00Z" }],
    ["from", { from: "2026-01-01T00:00:00" }],
    ["to", { to: "" }],
    ["to", { to: "9999999999999" }],
    ["from", { from: "2026-01-02", to: "2026-01-01" }],
    ["from", { from: "2026-01-01", to: "2026-01-01" }],
    ["from", { from: "2026-01-01", to: "2026-02-02", by: "hour" }],
    ["from", { from: "2026-01-01", to: "2026-06-01" }],
  ])("%s in %j", async (param, parameters) => {
    const { statusCode, body } = await get(parameters);
    expect([statusCode, body.error.code, body.error.param]).toEqual([400, "invalid_request", param]);
  });

  test("a parameter that there is not, without quoting it", async () => {
    const { statusCode, text } = await get({ form: "2026-01-01" });
    expect(statusCode).toBe(400);
    expect(text).not.toContain('form"');
  });

  test("a whole month in which clocks go back is not too long", async () =>
    expect(
      (await get({ from: "2026-10-01", to: "2026-11-01", by: "hour" }, caller, "Europe/Paris")).statusCode,
    ).toBe(200));
});

test("a key without the scope usage:read is refused", async () => {
  const { statusCode, body } = await get(december, { ...caller, scopes: ["infer", "billing:read"] });
  expect([statusCode, body.error.code]).toEqual([403, "scope_missing"]);
});

test("another customer's usage is never shown", async () => {
  const { body } = await get(december, { ...caller, customer: customerId(sampleUlid("F")) });
  expect([body.data, body.totals.requests]).toEqual([[], 0]);
});
