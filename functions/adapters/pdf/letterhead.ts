import type { Party } from "../../../core/billing/invoice/billing-profile.ts";
import { dateInMonth, monthsLater } from "../../../core/billing/invoice/billing-month.ts";
import type { Invoice } from "../../../core/billing/invoice/invoice.ts";
import { type Sheet, type Style, hairline, muted, paper, rightEdge } from "./sheet.ts";
import { wrapText } from "./wrap-text.ts";

const small: Style = { size: 9 };
const label: Style = { size: 8, color: muted };
const lineHeight = 13;
const columnWidth = 235;
const factsX = 320;
const factValuesX = 380;

/** Who bills whom, for when, under which number. */
export const writeLetterhead = (sheet: Sheet, invoice: Invoice): void => {
  const title = invoice.terms === "prepaid" ? "Statement" : "Invoice";
  sheet.left(invoice.seller.name, paper.margin, { size: 15, bold: true });
  sheet.right(title, rightEdge, { size: 22, bold: true });
  sheet.moveDown(28);
  const top = sheet.y;
  const sellerHeight = writeParty(sheet, invoice.seller, []);
  restart(sheet, top);
  sheet.right(statusText[invoice.status], rightEdge, label);
  sheet.moveDown(Math.max(sellerHeight, lineHeight) + 14);
  sheet.rule(hairline, 0.75);
  sheet.moveDown(16);

  const columns = sheet.y;
  sheet.left("BILLED TO", paper.margin, label);
  sheet.moveDown(lineHeight);
  const buyerHeight = lineHeight + writeParty(sheet, invoice.buyer, [invoice.buyer.name]);
  restart(sheet, columns);
  const facts = factsOf(invoice);
  for (const [name, value] of facts) {
    sheet.left(name, factsX, { ...small, color: muted });
    sheet.left(value, factValuesX, small);
    sheet.moveDown(lineHeight);
  }
  restart(sheet, columns);
  sheet.moveDown(Math.max(buyerHeight, facts.length * lineHeight) + 22);
};

const statusText = {
  draft: "Draft, not issued",
  issued: "",
  paid: "Paid",
  void: "VOID, not to be paid",
} as const satisfies Record<Invoice["status"], string>;

const restart = (sheet: Sheet, y: number): void => sheet.moveDown(y - sheet.y);

/** Writes a party from the left margin on; yields the height that it took. */
const writeParty = (sheet: Sheet, { address, taxId, email }: Party, names: readonly string[]): number => {
  const top = sheet.y;
  const write = (text: string, style: Style): void => {
    for (const line of wrapText(text, columnWidth, (text) => sheet.width(text, style))) {
      sheet.left(line, paper.margin, style);
      sheet.moveDown(lineHeight);
    }
  };
  for (const name of names) write(name, { ...small, bold: true });
  const details = [...address, ...(taxId ? [`Tax ID ${taxId}`] : []), ...(email ? [email] : [])];
  for (const detail of details) write(detail, small);
  return sheet.y - top;
};

const factsOf = (invoice: Invoice): readonly (readonly [string, string])[] => [
  ["Number", invoice.status === "draft" ? "-" : invoice.number],
  ["Date", invoice.date],
  ...(invoice.totals.due > 0n ? [["Due", invoice.dueDate] as const] : []),
  ["Period", `${dateInMonth(invoice.month, 0)} to ${dateInMonth(monthsLater(invoice.month, 1), -1)}`],
  ["Time zone", invoice.timeZone],
  ["Customer", invoice.customer],
];
