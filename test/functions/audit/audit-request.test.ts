import { describe, expect, test } from "vitest";
import type { BillingProfile } from "../../../core/billing/invoice/billing-profile.ts";
import { customerId } from "../../../core/identifiers.ts";
import { epochMs } from "../../../core/time.ts";
import { auditRequestSchema, periodOf } from "../../../functions/audit/audit-request.ts";
import { lastMonths, yesterday } from "../../../functions/audit/due-scopes.ts";
import { sampleProfile } from "../../support/billing-samples.ts";
import { sampleUlid } from "../../support/samples.ts";

const at = (text: string) => epochMs(Date.parse(text));
const customer = customerId(sampleUlid("C1"));
const now = at("2026-11-25T10:07:00Z");

describe("a request for an audit", () => {
  test.each([
    [
      "a month, on the customer's clocks",
      { month: "2026-03" },
      "2026-02-28T23:00:00Z",
      "2026-03-31T22:00:00Z",
    ],
    [
      "nothing: its month so far, to the quarter of an hour",
      {},
      "2026-10-31T23:00:00Z",
      "2026-11-25T10:15:00Z",
    ],
    [
      "a time, widened to whole quarters",
      { from: "2026-11-01T00:01:00Z", until: "2026-11-01T01:16:00+01:00" },
      "2026-11-01T00:00:00Z",
      "2026-11-01T00:30:00Z",
    ],
  ])("may name %s", (_, said, from, until) => {
    const request = auditRequestSchema.parse({ customer, ...said });
    expect(periodOf(request, "Europe/Berlin", now)).toEqual({ from: at(from), until: at(until) });
  });

  test.each([
    [{ month: "2026-03", from: "2026-03-01T00:00:00Z" }, "not both"],
    [{ from: "2026-11-25T11:00:00Z" }, "ends before it begins"],
  ])("that contradicts itself is refused in words: %j", (said, words) =>
    expect(periodOf(auditRequestSchema.parse({ customer, ...said }), "UTC", now)).toContain(words),
  );

  test.each([
    [{ customer: "cus_1" }],
    [{ customer, month: "2026-13" }],
    [{ customer, from: "yesterday" }],
    [{}],
  ])("that cannot be read is refused: %j", (said) =>
    expect(auditRequestSchema.safeParse(said).success).toBe(false),
  );
});

describe("the daily run", () => {
  const profiles: readonly BillingProfile[] = [
    { ...sampleProfile, timeZone: "Pacific/Auckland" },
    { ...sampleProfile, customer, timeZone: "America/New_York" },
  ];

  test("looks at everybody's day before", () =>
    expect(yesterday(profiles, now)).toEqual(
      profiles.map((profile) => ({
        customer: profile.customer,
        from: at("2026-11-24T00:00:00Z"),
        until: at("2026-11-25T00:00:00Z"),
      })),
    ));

  test("on the second of a month, and then only, looks at the month before on each customer's clocks", () => {
    expect(lastMonths(profiles, now)).toEqual([]);
    expect(lastMonths(profiles, at("2026-12-02T04:00:00Z"))).toEqual([
      {
        customer: sampleProfile.customer,
        from: at("2026-10-31T11:00:00Z"),
        until: at("2026-11-30T11:00:00Z"),
      },
      { customer, from: at("2026-11-01T04:00:00Z"), until: at("2026-12-01T05:00:00Z") },
    ]);
  });
});
