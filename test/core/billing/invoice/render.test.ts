import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseCreditNoteId } from "../../../../core/billing/invoice/credit-note.ts";
import { creditNoteJson } from "../../../../core/billing/invoice/credit-note-json.ts";
import { draftInvoice } from "../../../../core/billing/invoice/draft-invoice.ts";
import type { Invoice } from "../../../../core/billing/invoice/invoice.ts";
import { csvCell, invoiceCsv } from "../../../../core/billing/invoice/invoice-csv.ts";
import { invoiceJson } from "../../../../core/billing/invoice/invoice-json.ts";
import { picodollars, zero } from "../../../../core/money.ts";
import { dollars, month, samplePriceVersion, sampleProfile } from "../../../support/billing-samples.ts";
import { present } from "../../../support/present.ts";

const january = month("2026-01");
const charge = { month: january, model: "=cmd|' /C calc'!A0", price: samplePriceVersion().price.id };
const invoice: Invoice = {
  ...draftInvoice(
    sampleProfile,
    january,
    [
      {
        ...charge,
        subject: { type: "usage", kind: "inputTokens", quantity: 1005, unitPrice: picodollars(10_000_000n) },
        amount: picodollars(10_050_000_000n),
      },
      {
        ...charge,
        subject: { type: "free-allowance", kind: "inputTokens" },
        amount: picodollars(-10_050_000_000n),
      },
    ],
    zero,
  ),
  status: "issued",
  number: "00000CVS-0001",
};

test("the CSV has one row per line, CRLF, exact decimal text, and no formula", () =>
  expect(invoiceCsv(invoice).split("\r\n")).toEqual([
    "invoice_number,invoice_date,usage_month,model,price,type,kind,description,quantity,unit_price,amount_exact,amount,currency",
    `00000CVS-0001,2026-02-01,2026-01,'=cmd|' /C calc'!A0,${charge.price},usage,inputTokens,Input tokens,1005,0.00001,0.01005,0.01,USD`,
    `00000CVS-0001,2026-02-01,2026-01,'=cmd|' /C calc'!A0,${charge.price},free-allowance,inputTokens,"Free allowance, input tokens",,,-0.01005,-0.01,USD`,
    "",
  ]));

test.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ["two\nlines", '"two\nlines"'],
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "-1"],
  ["-1.50", "-1.50"],
  ["-1+1", "'-1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", '"\'\r=1"'],
  ["=a,b", '"\'=a,b"'],
  ["", ""],
])("the cell %j is written %j", (text, cell) => expect(csvCell(text)).toBe(cell));

test("no cell starts a formula, whatever its text", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("=", "+", "-", "@", "\t", "1", '"', ",", "a") }),
      (text) => {
        const shown = csvCell(text).replace(/^"(.*)"$/s, "$1");
        expect(/^[=+@\t\r-]/.test(shown) && !/^-\d+(\.\d+)?$/.test(shown)).toBe(false);
      },
    ),
  ));

test("the JSON says amounts as decimal text and is the same bytes for the same invoice", () => {
  const parsed: unknown = JSON.parse(invoiceJson(invoice));
  expect(parsed).toMatchObject({
    object: "invoice",
    number: "00000CVS-0001",
    lines: [
      { amount: "0.01", amount_exact: "0.01005", unit_price: "0.00001", quantity: 1005 },
      { amount: "-0.01" },
    ],
    totals: { total: "0.00", due: "0.00" },
  });
  const { totals, lines, ...rest } = invoice;
  expect(invoiceJson({ lines, totals, ...rest })).toBe(invoiceJson(invoice));
});

test("a credit note says which invoice it takes back from, and where the money goes", () =>
  expect(
    JSON.parse(
      creditNoteJson({
        id: present(parseCreditNoteId("crn_1")),
        number: "00000CVS-CN-0001",
        customer: invoice.customer,
        invoice: invoice.id,
        invoiceNumber: "00000CVS-0001",
        date: "2026-02-20",
        issuedAt: invoice.until,
        reason: "an outage",
        amount: dollars("1.5"),
        offDue: dollars("1"),
        toBalance: dollars("0.5"),
      }),
    ),
  ).toMatchObject({
    object: "credit_note",
    number: "00000CVS-CN-0001",
    invoice_number: "00000CVS-0001",
    amount: "1.50",
    off_due: "1.00",
    to_balance: "0.50",
  }));
