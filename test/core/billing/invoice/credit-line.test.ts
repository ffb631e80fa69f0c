import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addCredit } from "../../../../core/billing/add-credit.ts";
import { extendCreditLine, parseCreditLineId } from "../../../../core/billing/extend-credit-line.ts";
import { monthBounds } from "../../../../core/billing/invoice/billing-month.ts";
import { closeMonth } from "../../../../core/billing/invoice/close-month.ts";
import { parseCreditNoteId } from "../../../../core/billing/invoice/credit-note.ts";
import { issueCreditNote } from "../../../../core/billing/invoice/issue-credit-note.ts";
import { payInvoice } from "../../../../core/billing/invoice/pay-invoice.ts";
import { voidInvoice } from "../../../../core/billing/invoice/void-invoice.ts";
import { parseGrantId } from "../../../../core/billing/ledger/grant.ts";
import { postUsage } from "../../../../core/billing/ledger/post-usage.ts";
import type { Quantities } from "../../../../core/billing/quantities.ts";
import { type Money, add, picodollars, roundHalfEvenToCents, zero } from "../../../../core/money.ts";
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
import { present } from "../../../support/present.ts";
import { spendFrom } from "../../../support/spend-from.ts";

const version = samplePriceVersion({ terms: [{ shape: "free-allowance", kind: "images", units: 100 }] });
const line = dollars("100");
const id = present(parseCreditLineId("crl_CONTRACT-7"));

/** A postpaid customer with a credit line, and a promise to serve it. */
const customerWithLine = async () => {
  const recorded: RecordedUsage[] = [];
  let spent = zero;
  const ports: MemoryBilling = memoryBilling(recorded, [version]);
  const extended = await extendCreditLine(ports.wallet, { id, customer: sampleCustomer, amount: line });
  expect(extended).toBe("extended");
  const use = async (text: string, quantities: Quantities): Promise<Money> => {
    const usage = { at: at(`${text}-10T00:00:00Z`), total: usageAt(version, quantities) };
    recorded.push(usage);
    const { cost } = usage.total;
    await spendFrom(ports.wallet, sampleCustomer, cost);
    spent = add(spent, cost);
    await postUsage(ports.ledger, { customer: sampleCustomer, cell: "cell", hour: usage.at, spent });
    return cost;
  };
  const close = async (text: string) => {
    const { until } = monthBounds(month(text), sampleProfile.timeZone);
    const closing = await closeMonth(ports, sampleProfile, month(text), after(until, 3_600_000));
    return closing.ok ? closing.invoice : undefined;
  };
  const usable = (): Money => add(zero, ...ports.wallet.cells.owned().map(({ available }) => available));
  const creditNote = (invoice: Parameters<typeof payInvoice>[2], amount: Money, name = "A") =>
    issueCreditNote(
      ports,
      {
        id: present(parseCreditNoteId(`crn_${name}`)),
        customer: sampleCustomer,
        invoice,
        amount,
        reason: "an outage",
      },
      now,
    );
  return { ports, use, close, usable, creditNote };
};

const now = at("2026-08-01T00:00:00Z");
const tokens: Quantities = { inputTokens: 1_234_567, outputTokens: 7_654_321 };

test("extending a credit line twice under one name extends it once; other names add to it", async () => {
  const { ports, usable } = await customerWithLine();
  const again = { id, customer: sampleCustomer, amount: line };
  expect(await extendCreditLine(ports.wallet, again)).toBe("exists");
  expect(usable()).toBe(line);
  const more = present(parseCreditLineId("crl_CONTRACT-8"));
  expect(await extendCreditLine(ports.wallet, { ...again, id: more })).toBe("extended");
  expect(usable()).toBe(add(line, line));
  expect((await ports.ledger.book(sampleCustomer)).version).toBe(0);
});

test.each([
  ["nothing", 0n, "amount_not_positive"],
  ["less than nothing", -1n, "amount_not_positive"],
  ["more than any money", 10n ** 30n, "amount_absurd"],
])("a credit line is not extended by %s", async (_, amount, status) => {
  const { ports, usable } = await customerWithLine();
  const extension = { id: present(parseCreditLineId("crl_X")), customer: sampleCustomer };
  expect(await extendCreditLine(ports.wallet, { ...extension, amount: picodollars(amount) })).toBe(status);
  expect(usable()).toBe(line);
});

test("a payment makes exactly what was used usable again, once, although cents are paid", async () => {
  const { ports, use, close, usable } = await customerWithLine();
  const spent = await use("2026-01", tokens);
  const invoice = present(await close("2026-01"));
  expect(usable()).toBe(line - spent);
  expect(invoice.totals.due).not.toBe(spent);
  await payInvoice(ports, sampleCustomer, invoice.id, now);
  expect(usable()).toBe(line);
  await payInvoice(ports, sampleCustomer, invoice.id, now);
  expect(usable()).toBe(line);
});

test("a credit note on an unpaid invoice frees as much, and the payment of the rest frees the rest", async () => {
  const { ports, use, close, usable, creditNote } = await customerWithLine();
  const spent = await use("2026-01", tokens);
  const invoice = present(await close("2026-01"));
  for (let time = 0; time < 2; time++) await creditNote(invoice.id, dollars("1.5"));
  expect(usable()).toBe(line - spent + dollars("1.5"));
  await payInvoice(ports, sampleCustomer, invoice.id, now);
  expect(usable()).toBe(line);
});

test("credit notes over all that is due free all that was used, to the picodollar", async () => {
  const { use, close, usable, creditNote } = await customerWithLine();
  await use("2026-01", tokens);
  const { id: invoice, totals } = present(await close("2026-01"));
  await creditNote(invoice, dollars("3"), "A");
  await creditNote(invoice, picodollars(totals.due - dollars("3")), "B");
  expect(usable()).toBe(line);
});

test("a credit note on a paid invoice is money of the customer's, besides its whole line", async () => {
  const { ports, use, close, usable, creditNote } = await customerWithLine();
  await use("2026-01", tokens);
  const invoice = present(await close("2026-01"));
  await payInvoice(ports, sampleCustomer, invoice.id, now);
  await creditNote(invoice.id, dollars("2"));
  expect(usable()).toBe(add(line, dollars("2")));
});

test("a void invoice frees nothing: its usage is billed, and paid, by the next", async () => {
  const { ports, use, close, usable } = await customerWithLine();
  const spent = await use("2026-01", tokens);
  const first = present(await close("2026-01"));
  await voidInvoice(ports, sampleCustomer, first.id, "wrong address", now);
  expect(usable()).toBe(line - spent);
  const next = present(await close("2026-02"));
  await payInvoice(ports, sampleCustomer, next.id, now);
  expect(usable()).toBe(line);
});

test("where discounts leave nothing to pay, what was used is usable again at once, and the invoice stands", async () => {
  const { ports, use, close, usable } = await customerWithLine();
  await use("2026-01", { images: 60 });
  const { id: invoice, totals } = present(await close("2026-01"));
  expect(totals.due).toBe(0n);
  expect(usable()).toBe(line);
  expect(await voidInvoice(ports, sampleCustomer, invoice, "wrong address", now)).toEqual({
    ok: false,
    reason: "credit_was_given",
  });
});

test("whatever is used, granted, discounted, credited, voided and paid: the wallet ends with its line and what grants have left", () => {
  const action = fc.constantFrom("pay", "credit and pay", "credit", "void");
  const monthOf = fc.record({
    inputTokens: fc.nat(3_000_000),
    images: fc.nat(250),
    promotional: fc.nat(3),
    action,
  });
  return fc.assert(
    fc.asyncProperty(fc.array(monthOf, { minLength: 1, maxLength: 5 }), async (months) => {
      const { ports, use, close, usable, creditNote } = await customerWithLine();
      for (const [index, { action: chosen, promotional, ...quantities }] of months.entries()) {
        const text = `2026-0${index + 1}`;
        if (promotional > 0)
          await addCredit(
            { ...ports.wallet, ledger: ports.ledger },
            {
              id: present(parseGrantId(`grt_${index}`)),
              customer: sampleCustomer,
              kind: "promotional",
              amount: dollars(`${promotional}`),
              priority: 0,
              createdAt: at(`${text}-02T00:00:00Z`),
            },
          );
        await use(text, quantities);
        const invoice = await close(text);
        if (!invoice) continue;
        const isLast = index === months.length - 1;
        const half = roundHalfEvenToCents(picodollars(invoice.totals.due / 2n));
        if (chosen.startsWith("credit") && half > 0n) await creditNote(invoice.id, half, `${index}`);
        if (chosen === "credit" && half > 0n)
          await creditNote(invoice.id, picodollars(invoice.totals.due - half), `${index}-rest`);
        if (chosen === "void" && !isLast)
          await voidInvoice(ports, sampleCustomer, invoice.id, "wrong address", now);
        else await payInvoice(ports, sampleCustomer, invoice.id, now);
      }
      // What was void and had no later month to be billed in.
      const last = await close(`2026-0${months.length + 1}`);
      if (last) await payInvoice(ports, sampleCustomer, last.id, now);
      const { grants } = await ports.ledger.book(sampleCustomer);
      expect(usable()).toBe(add(line, ...grants.map(({ remaining }) => remaining)));
    }),
    { numRuns: 200 },
  );
});
