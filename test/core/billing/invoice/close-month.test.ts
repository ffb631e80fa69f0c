import { describe, expect, test } from "vitest";
import { monthBounds, monthsLater } from "../../../../core/billing/invoice/billing-month.ts";
import type { BillingPorts } from "../../../../core/billing/invoice/billing-ports.ts";
import type { BillingProfile } from "../../../../core/billing/invoice/billing-profile.ts";
import { closeMonth } from "../../../../core/billing/invoice/close-month.ts";
import type { Invoice } from "../../../../core/billing/invoice/invoice.ts";
import { invoiceCsv } from "../../../../core/billing/invoice/invoice-csv.ts";
import { invoiceJson } from "../../../../core/billing/invoice/invoice-json.ts";
import { addGrant } from "../../../../core/billing/ledger/add-grant.ts";
import { parseGrantId } from "../../../../core/billing/ledger/grant.ts";
import { postUsage } from "../../../../core/billing/ledger/post-usage.ts";
import { type Money, add, negate } from "../../../../core/money.ts";
import { type EpochMs, after } from "../../../../core/time.ts";
import { invoicePdf } from "../../../../functions/adapters/pdf/invoice-pdf.ts";
import {
  type MemoryBilling,
  type RecordedUsage,
  at,
  dollars,
  memoryBilling,
  month,
  sampleCustomer,
  samplePriceVersion,
  sampleProfile,
  usageAt,
} from "../../../support/billing-samples.ts";
import { Crash, crashingAt } from "../../../support/crashing.ts";
import { present } from "../../../support/present.ts";

const january = month("2026-01");
const february = month("2026-02");
const version = samplePriceVersion();
const prepaid: BillingProfile = { ...sampleProfile, terms: "prepaid" };
const closingTime = (text: string, profile = sampleProfile): EpochMs =>
  after(monthBounds(month(text), profile.timeZone).until, 3_600_000);

/** Usage of three kinds whose lines all need rounding. */
const someUsage = (iso: string): RecordedUsage => ({
  at: at(iso),
  total: usageAt(version, { inputTokens: 1_234_567, outputTokens: 7_654_321, images: 3 }),
});

/** Earns usage in the ledger, as closing leases does hour by hour. */
const earn = async ({ ledger }: BillingPorts, { at: hour, total }: RecordedUsage): Promise<void> => {
  await postUsage(ledger, { customer: sampleCustomer, cell: `cell-${hour}`, hour, spent: total.cost });
};

const grant = (name: string, kind: "paid" | "promotional", amount: Money) => ({
  id: present(parseGrantId(`grt_${name}`)),
  customer: sampleCustomer,
  kind,
  amount,
  priority: 0,
  createdAt: at("2026-01-01T00:00:00Z"),
});

const closed = async (ports: BillingPorts, text: string, profile = sampleProfile): Promise<Invoice> => {
  const closing = await closeMonth(ports, profile, month(text), closingTime(text, profile));
  return present(closing.ok ? closing.invoice : undefined, `the invoice of ${text}`);
};

const balances = async ({ ledger }: BillingPorts) => {
  const { balances } = await ledger.book(sampleCustomer);
  return Object.fromEntries(Object.entries(balances).filter(([, balance]) => balance !== 0n));
};

describe("a postpaid month", () => {
  test("turns what was used on credit into a claim in whole cents, and books the difference as rounding", async () => {
    const usage = someUsage("2026-01-10T00:00:00Z");
    const ports = memoryBilling([usage]);
    await earn(ports, usage);
    const { totals, lines } = await closed(ports, "2026-01");
    const exact = add(...lines.map(({ amount }) => amount));
    expect(exact).toBe(usage.total.cost);
    expect(totals.total).toBe(add(...lines.map(({ cents }) => cents)));
    expect(await balances(ports)).toEqual({
      revenue: exact,
      receivable: negate(totals.due),
      rounding: totals.due - exact,
    });
  });

  test("shows what credit paid for, and asks for the rest", async () => {
    const usage = someUsage("2026-01-10T00:00:00Z");
    const ports = memoryBilling([usage]);
    await addGrant(ports.ledger, grant("WELCOME", "promotional", dollars("10")));
    await earn(ports, usage);
    const { totals } = await closed(ports, "2026-01");
    expect(totals).toMatchObject({ settled: dollars("10"), due: totals.total - dollars("10") });
    expect((await balances(ports))["wallet"]).toBeUndefined();
  });

  test("credit that was booked in a month and used in the next is shown where it was used", async () => {
    const usage = [someUsage("2026-01-31T22:59:00Z"), someUsage("2026-01-31T23:01:00Z")];
    const ports = memoryBilling(usage);
    await addGrant(ports.ledger, grant("LARGE", "promotional", dollars("1000")));
    // The lease of both was closed in the hour in which, in Berlin, January ended.
    const spent = add(...usage.map(({ total }) => total.cost));
    await postUsage(ports.ledger, {
      customer: sampleCustomer,
      cell: "cell",
      hour: at("2026-01-31T22:00:00Z"),
      spent,
    });
    for (const text of ["2026-01", "2026-02"])
      expect((await closed(ports, text)).totals).toMatchObject({ due: 0n, settledExact: spent / 2n });
  });

  test("paid by credit to the last picodollar leaves nothing due, whatever its lines round to", async () => {
    const usage = someUsage("2026-01-10T00:00:00Z");
    const ports = memoryBilling([usage]);
    await addGrant(ports.ledger, grant("LARGE", "promotional", dollars("1000")));
    await earn(ports, usage);
    expect((await closed(ports, "2026-01")).totals).toMatchObject({ due: 0n, credited: 0n });
    expect((await balances(ports))["rounding"]).toBeUndefined();
  });
});

describe("a prepaid month", () => {
  test("is a statement: nothing is due, and the balance is not touched by rounding", async () => {
    const usage = someUsage("2026-01-10T00:00:00Z");
    const ports = memoryBilling([usage]);
    await addGrant(ports.ledger, grant("TOP-UP", "paid", dollars("100")));
    await earn(ports, usage);
    const before = await balances(ports);
    const { totals } = await closed(ports, "2026-01", prepaid);
    expect(totals).toMatchObject({ due: 0n, credited: 0n, settled: totals.total });
    expect(await balances(ports)).toEqual(before);
  });

  test("returns discounts to the balance, as money that never expires", async () => {
    const discounted = samplePriceVersion({ terms: [{ shape: "free-allowance", kind: "images", units: 4 }] });
    const usage: RecordedUsage = {
      at: at("2026-01-10T00:00:00Z"),
      total: usageAt(discounted, { images: 8 }),
    };
    const ports = memoryBilling([usage], [discounted]);
    await addGrant(ports.ledger, grant("TOP-UP", "paid", dollars("1")));
    await earn(ports, usage);
    const { id, totals } = await closed(ports, "2026-01", prepaid);
    expect(totals).toMatchObject({
      usage: dollars("0.02"),
      adjustments: negate(dollars("0.01")),
      due: 0n,
      credited: dollars("0.01"),
    });
    expect((await ports.ledger.book(sampleCustomer)).grants).toMatchObject([
      { id: "grt_TOP-UP", remaining: dollars("0.98") },
      { id: `grt_${id}`, remaining: dollars("0.01") },
    ]);
    expect((await balances(ports))["wallet"]).toBe(dollars("0.99"));
    expect(ports.wallet.cells.owned()).toMatchObject([
      { key: { region: "us-east-1", shard: 0 }, available: dollars("0.01") },
    ]);
  });

  test("asks for what a surcharge comes to", async () => {
    const packaged = samplePriceVersion({
      terms: [{ shape: "package", kind: "images", units: 1000, packagePrice: dollars("2.5") }],
    });
    const usage: RecordedUsage = { at: at("2026-01-10T00:00:00Z"), total: usageAt(packaged, { images: 8 }) };
    const ports = memoryBilling([usage], [packaged]);
    await addGrant(ports.ledger, grant("TOP-UP", "paid", dollars("1")));
    await earn(ports, usage);
    expect((await closed(ports, "2026-01", prepaid)).totals.due).toBe(dollars("2.48"));
    expect(await balances(ports)).toMatchObject({
      wallet: dollars("0.98"),
      receivable: negate(dollars("2.48")),
    });
  });
});

describe("closing", () => {
  test("waits until the month is over and settled", async () => {
    const early = after(closingTime("2026-01"), -1);
    expect(await closeMonth(memoryBilling([]), sampleProfile, january, early)).toEqual({
      ok: false,
      reason: "month_not_over",
    });
  });

  test("twice equals once", async () => {
    const ports = memoryBilling([someUsage("2026-01-10T00:00:00Z")]);
    const first = await closed(ports, "2026-01");
    const book = await ports.ledger.book(sampleCustomer);
    expect(await closed(ports, "2026-01")).toEqual(first);
    expect(await ports.ledger.book(sampleCustomer)).toEqual(book);
  });

  test("by two at once equals once", async () => {
    const ports = memoryBilling([someUsage("2026-01-10T00:00:00Z")]);
    const both = await Promise.all([closed(ports, "2026-01"), closed(ports, "2026-01")]);
    expect(both[0]).toEqual(both[1]);
    expect(await ports.invoices.list(sampleCustomer)).toEqual([both[0]]);
    expect((await ports.invoices.register(sampleCustomer)).lastInvoiceNumber).toBe(1);
  });

  test("goes month by month", async () => {
    const ports = memoryBilling([someUsage("2026-01-10T00:00:00Z")]);
    await closed(ports, "2026-01");
    expect(await closeMonth(ports, sampleProfile, month("2026-03"), closingTime("2026-03"))).toEqual({
      ok: false,
      reason: "earlier_month_open",
    });
  });

  test("a month without anything to bill makes no invoice and leaves no gap in the numbers", async () => {
    const ports = memoryBilling([someUsage("2026-01-10T00:00:00Z"), someUsage("2026-03-10T00:00:00Z")]);
    const first = await closed(ports, "2026-01");
    expect(await closeMonth(ports, sampleProfile, february, closingTime("2026-02"))).toEqual({ ok: true });
    const second = await closed(ports, "2026-03");
    expect([first, second].map((invoice) => invoice.status !== "draft" && invoice.number.slice(-4))).toEqual([
      "0001",
      "0002",
    ]);
  });

  test("late usage is on the next invoice, under its own month; the closed one stays as it was", async () => {
    const recorded = [someUsage("2026-01-10T00:00:00Z")];
    const ports = memoryBilling(recorded);
    const first = await closed(ports, "2026-01");
    const late = { at: at("2026-01-31T12:00:00Z"), total: usageAt(version, { inputTokens: 5_000_000 }) };
    recorded.push(late, { at: at("2026-02-10T00:00:00Z"), total: usageAt(version, { images: 4 }) });
    expect(await closed(ports, "2026-01")).toEqual(first);
    const { lines, month } = await closed(ports, "2026-02");
    expect(month).toBe(february);
    expect(lines).toMatchObject([
      { month: january, subject: { kind: "inputTokens", quantity: 5_000_000 }, amount: late.total.cost },
      { month: february, subject: { kind: "images", quantity: 4 } },
    ]);
    expect(await closeMonth(ports, sampleProfile, monthsLater(february, 1), closingTime("2026-03"))).toEqual({
      ok: true,
    });
  });

  test.each(["Australia/Lord_Howe", "America/New_York"])(
    "in %s usage belongs to the month that the customer's clocks showed, to the millisecond",
    async (timeZone) => {
      const profile = { ...sampleProfile, timeZone };
      for (const text of ["2026-03", "2026-04", "2026-10", "2026-11"]) {
        const { from, until } = monthBounds(month(text), timeZone);
        const image = usageAt(version, { images: 1 });
        const recorded = [from, after(until, -1), until].map((at) => ({ at, total: image }));
        const ports = memoryBilling(recorded);
        const { lines } = await closed(ports, text, profile);
        expect(lines).toMatchObject([{ month: text, subject: { quantity: 2 } }]);
      }
    },
  );
});

describe("a crash", () => {
  /** Everything that a closing leaves behind, documents as bytes. */
  const traceOf = async (ports: MemoryBilling) => {
    const transfers: unknown[] = [];
    for await (const transfer of ports.ledger.list(sampleCustomer)) transfers.push(transfer);
    const invoices = await ports.invoices.list(sampleCustomer);
    const pdfs = await Promise.all(
      invoices.map(async (invoice) => Buffer.from(await invoicePdf(invoice)).toString("base64")),
    );
    return {
      transfers,
      documents: invoices.map((invoice) => [invoiceJson(invoice), invoiceCsv(invoice)]),
      pdfs,
      register: await ports.invoices.register(sampleCustomer),
      book: await ports.ledger.book(sampleCustomer),
      cells: ports.wallet.cells.owned(),
    };
  };

  const scenario = async (): Promise<MemoryBilling> => {
    const usage = someUsage("2026-01-10T00:00:00Z");
    const discounted = samplePriceVersion({
      terms: [{ shape: "free-allowance", kind: "inputTokens", units: 1_000_000 }],
    });
    const ports = memoryBilling([usage], [discounted]);
    await addGrant(ports.ledger, grant("TOP-UP", "paid", dollars("3")));
    await earn(ports, usage);
    return ports;
  };

  test.each([
    ["postpaid", sampleProfile],
    ["prepaid", prepaid],
  ])(
    "between any two steps of a %s closing is repaired by running it again, to the byte",
    async (_, profile) => {
      const now = closingTime("2026-01", profile);
      const calm = await scenario();
      const undisturbed = crashingAt(calm, Number.POSITIVE_INFINITY, "before");
      await closeMonth(undisturbed.ports, profile, january, now);
      const steps = undisturbed.calls();
      const expected = await traceOf(calm);
      expect(expected.documents).toHaveLength(1);
      expect(steps).toBeGreaterThan(8);
      for (let step = 1; step <= steps; step++) {
        for (const moment of ["before", "after"] as const) {
          const ports = await scenario();
          const crash = crashingAt(ports, step, moment);
          const first = await closeMonth(crash.ports, profile, january, now).catch((error: unknown) => error);
          expect(first).toBeInstanceOf(Crash);
          await closeMonth(ports, profile, january, after(now, 86_400_000));
          expect(await traceOf(ports)).toEqual(expected);
        }
      }
    },
  );
});
