import { describe, expect, test } from "vitest";
import { monthBounds } from "../../../../core/billing/invoice/billing-month.ts";
import { closeDueMonths } from "../../../../core/billing/invoice/close-due-months.ts";
import { closeMonth } from "../../../../core/billing/invoice/close-month.ts";
import { type EpochMs, after } from "../../../../core/time.ts";
import {
  type RecordedUsage,
  at,
  memoryBilling,
  month,
  sampleCustomer,
  samplePriceVersion,
  sampleProfile,
  usageAt,
} from "../../../support/billing-samples.ts";
import { Crash, crashingAt } from "../../../support/crashing.ts";

const image = usageAt(samplePriceVersion(), { images: 100 });
const usedOn = (...days: readonly string[]): readonly RecordedUsage[] =>
  days.map((day) => ({ at: at(`${day}T12:00:00Z`), total: image }));
const opened = at("2026-01-20T00:00:00Z");
const anHourAfter = (text: string): EpochMs =>
  after(monthBounds(month(text), sampleProfile.timeZone).until, 3_600_000);

const portsOver = (recorded: readonly RecordedUsage[]) => ({
  ...memoryBilling(recorded),
  openedAt: async () => opened,
});

const monthsOf = async (ports: ReturnType<typeof portsOver>) =>
  (await ports.invoices.list(sampleCustomer)).map(({ month, status }) => `${month} ${status}`);

describe("closing what is due", () => {
  test("begins with the month in which the account was opened, and goes on to the last that is over", async () => {
    const ports = portsOver(usedOn("2026-01-25", "2026-03-02", "2026-04-01"));
    const closings = await closeDueMonths(ports, sampleProfile, anHourAfter("2026-03"));
    expect(closings.map((closing) => closing.ok && closing.invoice?.month)).toEqual([
      "2026-01",
      undefined,
      "2026-03",
    ]);
    expect(await monthsOf(ports)).toEqual(["2026-01 issued", "2026-03 issued"]);
    expect((await ports.invoices.register(sampleCustomer)).closedThrough).toBe("2026-03");
  });

  test("waits an hour after the month's end on the customer's clocks", async () => {
    const ports = portsOver(usedOn("2026-01-25"));
    expect(await closeDueMonths(ports, sampleProfile, after(anHourAfter("2026-01"), -1))).toEqual([]);
    expect(await monthsOf(ports)).toEqual([]);
    expect(await closeDueMonths(ports, sampleProfile, anHourAfter("2026-01"))).toHaveLength(1);
  });

  test("again and again changes nothing, and goes on where it stopped", async () => {
    const ports = portsOver(usedOn("2026-01-25", "2026-02-02"));
    await closeDueMonths(ports, sampleProfile, anHourAfter("2026-01"));
    const first = await ports.invoices.list(sampleCustomer);
    expect(await closeDueMonths(ports, sampleProfile, after(anHourAfter("2026-01"), 3_600_000))).toEqual([]);
    expect(await ports.invoices.list(sampleCustomer)).toEqual(first);
    expect(await closeDueMonths(ports, sampleProfile, anHourAfter("2026-02"))).toHaveLength(1);
    expect(await monthsOf(ports)).toEqual(["2026-01 issued", "2026-02 issued"]);
  });

  test("finishes a closing that broke off before its invoice was issued", async () => {
    const ports = portsOver(usedOn("2026-01-25"));
    const counting = crashingAt(portsOver(usedOn("2026-01-25")), Number.POSITIVE_INFINITY, "before");
    const now = anHourAfter("2026-01");
    await closeMonth(counting.ports, sampleProfile, month("2026-01"), now);
    const crash = crashingAt(ports, counting.calls(), "before");
    await expect(closeMonth(crash.ports, sampleProfile, month("2026-01"), now)).rejects.toBeInstanceOf(Crash);
    expect(await monthsOf(ports)).toEqual(["2026-01 draft"]);
    await closeDueMonths(ports, sampleProfile, now);
    expect(await monthsOf(ports)).toEqual(["2026-01 issued"]);
  });
});
