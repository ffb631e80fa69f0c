import type { Invoice } from "../../../core/billing/invoice/invoice.ts";
import { type Money, formatCents, negate } from "../../../core/money.ts";
import { groupDigits } from "./group-digits.ts";
import { type Sheet, type Style, hairline, ink, muted, paper, rightEdge } from "./sheet.ts";

const labelX = 330;
const rowHeight = 16;
const plain: Style = { size: 9 };
const strong: Style = { size: 11, bold: true };

type Row = { readonly label: string; readonly amount: Money; readonly style: Style };

/** What it comes to, what is paid of it already, and what is left. Kept on one page. */
export const writeTotals = (sheet: Sheet, invoice: Invoice): void => {
  const rows = rowsOf(invoice);
  sheet.reserve(rows.length * rowHeight + 60);
  sheet.moveDown(14);
  for (const { label, amount, style } of rows) {
    sheet.left(label, labelX, style);
    sheet.right(groupDigits(formatCents(amount)), rightEdge, style);
    sheet.moveDown(rowHeight);
  }
  sheet.moveDown(14);
  sheet.rule(hairline, 0.75);
  sheet.moveDown(10);
  sheet.left(noteOf(invoice), paper.margin, { size: 8.5, color: muted });
};

const rowsOf = ({ totals, terms, currency, status }: Invoice): readonly Row[] => {
  const { usage, adjustments, total, settled, due, credited } = totals;
  const settledLabel = terms === "prepaid" ? "Paid from balance" : "Paid from credit";
  const dueLabel = status === "paid" ? "Amount paid" : "Amount due";
  const some = (label: string, amount: Money): readonly Row[] =>
    amount === 0n ? [] : [{ label, amount, style: plain }];
  return [
    ...(adjustments === 0n ? [] : [{ label: "Usage", amount: usage, style: plain }]),
    ...some("Discounts and surcharges", adjustments),
    { label: "Total", amount: total, style: { ...plain, bold: true } },
    ...some(settledLabel, negate(settled)),
    ...some("Returned to balance", credited),
    { label: `${dueLabel} (${currency})`, amount: due, style: { ...strong, color: ink } },
  ];
};

const noteOf = (invoice: Invoice): string => {
  const { totals, dueDate, status } = invoice;
  if (status === "void") return "This invoice is void. Its usage is billed by a later invoice.";
  if (status === "paid") return "Paid. Thank you.";
  if (totals.due === 0n) return "Nothing is to be paid: usage was paid from your balance as it happened.";
  return status === "draft"
    ? "A draft, for information."
    : `Please pay by ${dueDate}, quoting ${invoice.number}.`;
};
