import { beforeEach, describe, expect, test } from "vitest";
import { monthBounds } from "../../../../core/billing/invoice/billing-month.ts";
import type { BillingPorts } from "../../../../core/billing/invoice/billing-ports.ts";
import { closeMonth } from "../../../../core/billing/invoice/close-month.ts";
import { type CreditNoteId, parseCreditNoteId } from "../../../../core/billing/invoice/credit-note.ts";
import type { Invoice } from "../../../../core/billing/invoice/invoice.ts";
import { invoiceId } from "../../../../core/billing/invoice/invoice-id.ts";
import { issueCreditNote } from "../../../../core/billing/invoice/issue-credit-note.ts";
import { payInvoice } from "../../../../core/billing/invoice/pay-invoice.ts";
import { voidInvoice } from "../../../../core/billing/invoice/void-invoice.ts";
import { addGrant } from "../../../../core/billing/ledger/add-grant.ts";
import { parseGrantId } from "../../../../core/billing/ledger/grant.ts";
import { postUsage } from "../../../../core/billing/ledger/post-usage.ts";
import { type Money, negate, picodollars } from "../../../../core/money.ts";
import { after } from "../../../../core/time.ts";
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

const january: RecordedUsage = {
  at: at("2026-01-10T00:00:00Z"),
  total: usageAt(samplePriceVersion(), { inputTokens: 2_345_678, outputTokens: 3_456_789 }),
};
const february: RecordedUsage = {
  at: at("2026-02-10T00:00:00Z"),
  total: usageAt(samplePriceVersion(), { images: 400 }),
};
const now = at("2026-02-20T00:00:00Z");

let ports: MemoryBilling;
let invoice: Invoice;

const close = async (text: string): Promise<Invoice> => {
  const { until } = monthBounds(month(text), sampleProfile.timeZone);
  const closing = await closeMonth(ports, sampleProfile, month(text), after(until, 3_600_000));
  return present(closing.ok ? closing.invoice : undefined, `the invoice of ${text}`);
};

const balance = async () => (await ports.ledger.book(sampleCustomer)).balances;

beforeEach(async () => {
  ports = memoryBilling([january, february]);
  for (const { at: hour, total } of [january, february])
    await postUsage(ports.ledger, {
      customer: sampleCustomer,
      cell: `cell-${hour}`,
      hour,
      spent: total.cost,
    });
  invoice = await close("2026-01");
});

describe("a payment", () => {
  test("settles the claim, once", async () => {
    const paid = await payInvoice(ports, sampleCustomer, invoice.id, now);
    expect(await payInvoice(ports, sampleCustomer, invoice.id, after(now, 5))).toEqual(paid);
    expect(paid).toEqual({ ok: true, invoice: { ...invoice, status: "paid", paidAt: now } });
    expect(await balance()).toMatchObject({ receivable: 0n, clearing: negate(invoice.totals.due) });
  });

  test("of an invoice that does not exist is refused", async () =>
    expect(await payInvoice(ports, sampleCustomer, invoiceId(sampleCustomer, month("2025-01")), now)).toEqual(
      {
        ok: false,
        reason: "not_found",
      },
    ));
});

describe("a void invoice", () => {
  test("keeps its number and what it says, and its claim is gone", async () => {
    const before = await balance();
    const voided = await voidInvoice(ports, sampleCustomer, invoice.id, "wrong address", now);
    expect(voided).toEqual({
      ok: true,
      invoice: { ...invoice, status: "void", voidedAt: now, reason: "wrong address" },
    });
    expect(await voidInvoice(ports, sampleCustomer, invoice.id, "again", now)).toEqual(voided);
    expect(before.receivable).toBe(negate(invoice.totals.due));
    expect(await balance()).toMatchObject({ receivable: 0n, rounding: 0n });
  });

  test("is billed again by the next invoice, exactly", async () => {
    await voidInvoice(ports, sampleCustomer, invoice.id, "wrong address", now);
    const next = await close("2026-02");
    expect(next.lines.slice(0, invoice.lines.length)).toEqual(invoice.lines);
    expect(next.totals.due).toBe(invoice.totals.due + dollars("1"));
  });

  test("gives back the credit that it showed as used, to the invoice that bills its usage again", async () => {
    ports = memoryBilling([january, february]);
    await addGrant(ports.ledger, {
      id: present(parseGrantId("grt_WELCOME")),
      customer: sampleCustomer,
      kind: "promotional",
      amount: dollars("4"),
      priority: 0,
      createdAt: january.at,
    });
    for (const { at: hour, total } of [january, february])
      await postUsage(ports.ledger, {
        customer: sampleCustomer,
        cell: `cell-${hour}`,
        hour,
        spent: total.cost,
      });
    const first = await close("2026-01");
    expect(first.totals.settled).toBe(dollars("4"));
    await voidInvoice(ports, sampleCustomer, first.id, "wrong address", now);
    const next = await close("2026-02");
    expect(next.totals.settled).toBe(dollars("4"));
    expect(await balance()).toMatchObject({ wallet: 0n, receivable: negate(next.totals.due) });
  });

  test("cannot be paid, credited or made of one that was paid", async () => {
    await voidInvoice(ports, sampleCustomer, invoice.id, "wrong address", now);
    expect(await payInvoice(ports, sampleCustomer, invoice.id, now)).toEqual({ ok: false, reason: "void" });
    expect(await credit("A", dollars("1"))).toEqual({ ok: false, reason: "not_issued" });
    const next = await close("2026-02");
    await payInvoice(ports, sampleCustomer, next.id, now);
    expect(await voidInvoice(ports, sampleCustomer, next.id, "late", now)).toEqual({
      ok: false,
      reason: "paid",
    });
  });
});

const noteId = (name: string): CreditNoteId => present(parseCreditNoteId(`crn_${name}`));

const credit = async (name: string, amount: Money) =>
  issueCreditNote(
    ports,
    { id: noteId(name), customer: sampleCustomer, invoice: invoice.id, amount, reason: "an outage" },
    now,
  );

describe("a credit note", () => {
  test("takes off what is still due, and the invoice stays as it was issued", async () => {
    const outcome = await credit("A", dollars("1.5"));
    expect(outcome).toMatchObject({
      ok: true,
      creditNote: { offDue: dollars("1.5"), toBalance: 0n, number: "00000CVS-CN-0001", date: "2026-02-20" },
    });
    expect(await ports.invoices.find(sampleCustomer, invoice.id)).toEqual(invoice);
    await payInvoice(ports, sampleCustomer, invoice.id, now);
    expect(await balance()).toMatchObject({ receivable: 0n, clearing: dollars("1.5") - invoice.totals.due });
  });

  test("on a paid invoice goes back to the balance", async () => {
    await payInvoice(ports, sampleCustomer, invoice.id, now);
    expect(await credit("A", dollars("1"))).toMatchObject({
      creditNote: { offDue: 0n, toBalance: dollars("1") },
    });
    expect((await ports.ledger.book(sampleCustomer)).grants).toMatchObject([
      { kind: "paid", remaining: dollars("1") },
    ]);
    // Besides what was used on credit, which the payment made usable again.
    const usable = january.total.cost + dollars("1");
    expect(ports.wallet.cells.owned()).toMatchObject([{ available: usable, funded: usable }]);
  });

  test("asked for twice is issued once; another amount under its id is not", async () => {
    const first = await credit("A", dollars("1"));
    const book = await ports.ledger.book(sampleCustomer);
    expect(await credit("A", dollars("1"))).toEqual(first);
    expect(await ports.ledger.book(sampleCustomer)).toEqual(book);
    expect(await credit("A", dollars("2"))).toEqual({ ok: false, reason: "exists_with_other_content" });
  });

  test("numbers have no gaps, whatever is refused in between", async () => {
    await credit("A", dollars("0.01"));
    await credit("X", dollars("1000000"));
    expect(await credit("B", dollars("0.01"))).toMatchObject({ creditNote: { number: "00000CVS-CN-0002" } });
  });

  test.each([
    ["nothing", 0n, "amount_not_positive"],
    ["less than nothing", -10_000_000_000n, "amount_not_positive"],
    ["part of a cent", 1n, "amount_not_cents"],
    ["more than the invoice", 13_000_000_000_000n, "amount_exceeds_invoice"],
    ["more than any money", 10n ** 30n, "amount_exceeds_invoice"],
  ])("over %s is refused", async (_, amount, reason) =>
    expect(await credit("A", picodollars(amount))).toEqual({ ok: false, reason }),
  );

  test("no number of them gives back more than the invoice", async () => {
    expect(await credit("A", invoice.totals.total)).toMatchObject({ ok: true });
    expect(await credit("B", dollars("0.01"))).toEqual({ ok: false, reason: "amount_exceeds_invoice" });
    expect(await voidInvoice(ports, sampleCustomer, invoice.id, "late", now)).toEqual({
      ok: false,
      reason: "has_credit_notes",
    });
  });
});

test.each(["payment", "voiding", "credit note", "refund"])(
  "a crash within a %s is repaired by asking again",
  async (what) => {
    const act = async (ports: BillingPorts): Promise<unknown> => {
      if (what === "payment") return payInvoice(ports, sampleCustomer, invoice.id, now);
      if (what === "voiding") return voidInvoice(ports, sampleCustomer, invoice.id, "wrong", now);
      const request = {
        id: noteId("A"),
        customer: sampleCustomer,
        invoice: invoice.id,
        amount: dollars("1"),
        reason: "",
      };
      return issueCreditNote(ports, request, now);
    };
    const fresh = async (): Promise<MemoryBilling> => {
      ports = memoryBilling([january]);
      await postUsage(ports.ledger, {
        customer: sampleCustomer,
        cell: "cell",
        hour: january.at,
        spent: january.total.cost,
      });
      invoice = await close("2026-01");
      if (what === "refund") await payInvoice(ports, sampleCustomer, invoice.id, now);
      return ports;
    };
    const undisturbed = crashingAt(await fresh(), Number.POSITIVE_INFINITY, "before");
    const expected = await act(undisturbed.ports);
    const steps = undisturbed.calls();
    const expectedBook = await ports.ledger.book(sampleCustomer);
    const expectedCells = ports.wallet.cells.owned();
    expect(expectedCells).toHaveLength(what === "voiding" ? 0 : 1);
    for (let step = 1; step <= steps; step++) {
      for (const moment of ["before", "after"] as const) {
        const crash = crashingAt(await fresh(), step, moment);
        await expect(act(crash.ports)).rejects.toBeInstanceOf(Crash);
        expect(await act(ports)).toEqual(expected);
        expect(await ports.ledger.book(sampleCustomer)).toEqual(expectedBook);
        expect(ports.wallet.cells.owned()).toEqual(expectedCells);
      }
    }
  },
);
