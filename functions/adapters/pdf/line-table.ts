import type { QuantityKind } from "../../../core/billing/quantities.ts";
import { describeCharge } from "../../../core/billing/invoice/describe-charge.ts";
import type { Invoice, InvoiceLine } from "../../../core/billing/invoice/invoice.ts";
import { type Money, formatCents, formatDollars, times } from "../../../core/money.ts";
import { groupDigits } from "./group-digits.ts";
import { type Sheet, type Style, hairline, ink, muted, paper, rightEdge } from "./sheet.ts";

const body: Style = { size: 9 };
const head: Style = { size: 8, color: muted };
const rowHeight = 15;
const quantityX = 330;
/** Where the decimal points of unit prices stand. */
const unitPriceX = 374;
const perX = 420;
const indent = 10;

/** The lines, grouped by model, price version and month of use; a group's heading is repeated where a page breaks it. */
export const writeLineTable = (sheet: Sheet, { lines, month, currency }: Invoice): void => {
  writeHead(sheet, currency);
  let heading = "";
  for (const line of lines) {
    const late = line.month === month ? "" : `, used in ${line.month}, recorded later`;
    const group = `${line.model}${late}`;
    const isNew = `${group} ${line.price}` !== heading;
    heading = `${group} ${line.price}`;
    const pageBroke = sheet.reserve(isNew ? 3 * rowHeight : rowHeight);
    if (pageBroke) writeHead(sheet, currency);
    if (isNew || pageBroke) writeGroup(sheet, isNew ? group : `${group} (continued)`, line);
    writeLine(sheet, line);
  }
  sheet.moveDown(4);
  sheet.rule(hairline, 0.75);
};

const writeHead = (sheet: Sheet, currency: string): void => {
  sheet.left("Description", paper.margin, head);
  sheet.right("Quantity", quantityX, head);
  sheet.left("Unit price", unitPriceX - 24, head);
  sheet.right(`Amount (${currency})`, rightEdge, head);
  sheet.moveDown(rowHeight);
  sheet.rule(ink, 0.75);
  sheet.moveDown(6);
};

const writeGroup = (sheet: Sheet, group: string, { price }: InvoiceLine): void => {
  sheet.moveDown(3);
  sheet.left(group, paper.margin, { ...body, bold: true });
  sheet.right(price, rightEdge, { size: 6.5, color: muted });
  sheet.moveDown(rowHeight);
};

const writeLine = (sheet: Sheet, line: InvoiceLine): void => {
  const { subject, cents } = line;
  sheet.left(describeCharge(line), paper.margin + indent, body);
  if (subject.type === "usage") {
    const { units, name } = quotedPer[subject.kind];
    sheet.right(groupDigits(`${subject.quantity}`), quantityX, body);
    sheet.decimal(groupDigits(quoted(times(subject.unitPrice, units))), unitPriceX, body);
    sheet.left(name, perX, { ...body, color: muted });
  }
  sheet.right(groupDigits(formatCents(cents)), rightEdge, body);
  sheet.moveDown(rowHeight);
};

/** All digits that there are, and at least the cents. */
const quoted = (amount: Money): string => {
  const [whole = "", fraction = ""] = formatDollars(amount).split(".");
  return `${whole}.${fraction.padEnd(2, "0")}`;
};

/** Prices are quoted as people compare them; the amount per unit would start with six zeros. */
const quotedPer = {
  inputTokens: { units: 1_000_000, name: "per 1M" },
  cachedInputTokens: { units: 1_000_000, name: "per 1M" },
  outputTokens: { units: 1_000_000, name: "per 1M" },
  characters: { units: 1_000_000, name: "per 1M" },
  images: { units: 1, name: "each" },
  requests: { units: 1, name: "each" },
  audioSeconds: { units: 1, name: "per second" },
  gpuSeconds: { units: 1, name: "per second" },
} as const satisfies Record<QuantityKind, { readonly units: number; readonly name: string }>;
