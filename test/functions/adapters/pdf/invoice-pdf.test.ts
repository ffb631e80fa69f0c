import { PDFDocument } from "@cantoo/pdf-lib";
import { describe, expect, test } from "vitest";
import { draftInvoice } from "../../../../core/billing/invoice/draft-invoice.ts";
import type { Charge } from "../../../../core/billing/invoice/charge.ts";
import type { Invoice } from "../../../../core/billing/invoice/invoice.ts";
import { times, picodollars, zero } from "../../../../core/money.ts";
import { groupDigits } from "../../../../functions/adapters/pdf/group-digits.ts";
import { invoicePdf } from "../../../../functions/adapters/pdf/invoice-pdf.ts";
import { printableText } from "../../../../functions/adapters/pdf/printable-text.ts";
import { wrapText } from "../../../../functions/adapters/pdf/wrap-text.ts";
import { month, samplePriceVersion, sampleProfile } from "../../../support/billing-samples.ts";

const january = month("2026-01");
const unitPrice = picodollars(1_000_000n);
const lineOf = (index: number): Charge => ({
  month: january,
  model: `model-${Math.floor(index / 3)}`,
  price: samplePriceVersion().price.id,
  subject: { type: "usage", kind: "inputTokens", quantity: 1000 * index, unitPrice },
  amount: times(unitPrice, 1000 * index),
});
const invoiceOf = (lineCount: number, profile = sampleProfile): Invoice => ({
  ...draftInvoice(
    profile,
    january,
    Array.from({ length: lineCount }, (_, index) => lineOf(index)),
    zero,
  ),
  status: "issued",
  number: "00000CVS-0001",
});

describe("an invoice as PDF", () => {
  test("is the same bytes whenever it is made", async () => {
    const bytes = await invoicePdf(invoiceOf(5));
    expect(await invoicePdf(invoiceOf(5))).toEqual(bytes);
    expect(new TextDecoder("latin1").decode(bytes.subarray(0, 5))).toBe("%PDF-");
  });

  test.each([
    [1, 1],
    [15, 1],
    [200, 7],
  ])("of %d lines has %d pages of A4", async (lines, pages) => {
    const document = await PDFDocument.load(await invoicePdf(invoiceOf(lines)), { updateMetadata: false });
    expect(document.getPageCount()).toBe(pages);
    expect(document.getPage(0).getSize()).toEqual({ width: 595.28, height: 841.89 });
    expect(document.getTitle()).toBe("Invoice 00000CVS-0001");
    expect(document.getCreationDate()).toEqual(new Date("2026-01-31T23:00:00.000Z"));
  });

  test("is made for every status, and for names that its fonts cannot write", async () => {
    const buyer = { name: "株式会社 Žluťoučký 😀".repeat(6), address: ["x".repeat(300)] };
    const issued = invoiceOf(3, { ...sampleProfile, terms: "prepaid", buyer });
    const statuses: readonly Invoice[] = [
      issued,
      { ...issued, status: "draft" },
      { ...issued, status: "paid", number: "1", paidAt: issued.until },
      { ...issued, status: "void", number: "1", voidedAt: issued.until, reason: "" },
    ];
    for (const invoice of statuses) expect((await invoicePdf(invoice)).length).toBeGreaterThan(1000);
  });
});

const characters = new Set(
  Array.from("abcdefghijklmnopqrstuvwxyz ZŽé?", (letter) => letter.codePointAt(0) ?? 0),
);

test.each([
  ["plain text", "plain text"],
  ["cafe\u0301", "café"],
  ["Žluť", "Žlut"],
  ["ﬁne", "fine"],
  ["a日b", "a?b"],
  ["a😀b", "a?b"],
])("%j prints as %j", (text, expected) => {
  expect(printableText(text, characters)).toBe(expected);
});

test.each([
  ["", [""]],
  ["one two", ["one two"]],
  ["one two three", ["one two", "three"]],
  ["abcdefghijk", ["abcdefgh", "ijk"]],
  ["one abcdefghijk two", ["one", "abcdefgh", "ijk two"]],
])("%j is wrapped at eight letters", (text, lines) =>
  expect(wrapText(text, 8, ({ length }) => length)).toEqual(lines),
);

test.each([
  ["0", "0"],
  ["999", "999"],
  ["1000", "1,000"],
  ["-1234567.25", "-1,234,567.25"],
  ["-123", "-123"],
  ["0.0001234", "0.0001234"],
])("the digits of %s are grouped as %s", (text, grouped) => expect(groupDigits(text)).toBe(grouped));
