import { formatCents, formatDollars } from "../../money.ts";
import { describeCharge } from "./describe-charge.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";

const columns = [
  "invoice_number",
  "invoice_date",
  "usage_month",
  "model",
  "price",
  "type",
  "kind",
  "description",
  "quantity",
  "unit_price",
  "amount_exact",
  "amount",
  "currency",
] as const;

/** An invoice's lines as CSV (RFC 4180, CRLF), amounts as decimal text; the sum of `amount` is the invoice's total. */
export const invoiceCsv = (invoice: Invoice): string =>
  [columns, ...invoice.lines.map((line) => cellsOf(invoice, line))]
    .map((cells) => `${cells.map(csvCell).join(",")}\r\n`)
    .join("");

const cellsOf = (invoice: Invoice, line: InvoiceLine): readonly string[] => {
  const { month, model, price, subject, amount, cents } = line;
  const usage = subject.type === "usage" ? subject : undefined;
  return [
    invoice.status === "draft" ? "" : invoice.number,
    invoice.date,
    month,
    model,
    price,
    subject.type,
    "kind" in subject ? subject.kind : "",
    describeCharge(line),
    usage ? `${usage.quantity}` : "",
    usage ? formatDollars(usage.unitPrice) : "",
    formatDollars(amount),
    formatCents(cents),
    invoice.currency,
  ];
};

/**
 * One cell. Text that a spreadsheet would run as a formula gets an apostrophe in front, which shows it as text; plain
 * numbers, also negative ones, stay numbers.
 */
export const csvCell = (text: string): string => {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
