import { expect, test } from "vitest";
import type { Counter } from "../../../../core/billing/counters.ts";
import { counterKeyOf } from "../../../../core/billing/counters-key.ts";
import { tallyEvents } from "../../../../core/billing/counters-tally.ts";
import { monthBounds } from "../../../../core/billing/invoice/billing-month.ts";
import { countedUsage } from "../../../../core/billing/invoice/counted-usage.ts";
import type { UsageEvent } from "../../../../core/billing/usage-event.ts";
import { priceId } from "../../../../core/identifiers.ts";
import { type EpochMs, after } from "../../../../core/time.ts";
import { month } from "../../../support/billing-samples.ts";
import { sampleUlid, sampleUsageEvent } from "../../../support/samples.ts";

const counterOf = (event: UsageEvent): Counter => ({
  key: counterKeyOf(event),
  tally: tallyEvents([event]),
  watermarks: new Map(),
});

/** As the store lists them: whole hours. */
const countersOf = (events: readonly UsageEvent[]) => ({
  async *list(_: unknown, from: EpochMs, until: EpochMs) {
    yield* events.map(counterOf).filter(({ key }) => key.hour >= from && key.hour < until);
  },
});

test.each(["Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"])(
  "a month in %s holds exactly its own events, also where it starts within an hour of UTC",
  async (timeZone) => {
    const { from, until } = monthBounds(month("2026-04"), timeZone);
    const at = (admittedAt: EpochMs, more: Partial<UsageEvent> = {}) => ({
      ...sampleUsageEvent,
      admittedAt,
      ...more,
    });
    const events = [
      at(after(from, -1)),
      at(from),
      at(after(from, 900_000), { region: "us-east-1" }),
      at(after(until, -1), { price: priceId(sampleUlid("2")) }),
      at(after(until, -2), { waived: true, cost: sampleUsageEvent.hold }),
      at(until),
    ];
    const totals = await countedUsage(countersOf(events)).between(sampleUsageEvent.customer, from, until);
    expect(totals).toMatchObject([
      { price: sampleUsageEvent.price, quantities: { inputTokens: 200, outputTokens: 40 } },
      { price: priceId(sampleUlid("2")), quantities: { inputTokens: 100 }, cost: sampleUsageEvent.cost },
    ]);
  },
);
