import { PDFDocument } from "@cantoo/pdf-lib";
import type { Invoice } from "../../../core/billing/invoice/invoice.ts";
import { writeLetterhead } from "./letterhead.ts";
import { writeLineTable } from "./line-table.ts";
import { type Sheet, muted, openSheet, paper, rightEdge } from "./sheet.ts";
import { writeTotals } from "./totals-block.ts";

/** An invoice to print or to send. The same invoice is the same bytes: the file is dated with it, not with the clock. */
export const invoicePdf = async (invoice: Invoice): Promise<Uint8Array> => {
  const document = await PDFDocument.create();
  const date = new Date(invoice.until);
  document.setTitle(nameOf(invoice));
  document.setAuthor(invoice.seller.name);
  document.setCreator("Farebox");
  document.setProducer("Farebox");
  document.setCreationDate(date);
  document.setModificationDate(date);
  document.setLanguage("en");

  const sheet = await openSheet(document);
  writeLetterhead(sheet, invoice);
  writeLineTable(sheet, invoice);
  writeTotals(sheet, invoice);
  writeFooters(sheet, nameOf(invoice));
  return document.save();
};

const nameOf = (invoice: Invoice): string => {
  const what = invoice.terms === "prepaid" ? "Statement" : "Invoice";
  return invoice.status === "draft" ? `${what} (draft)` : `${what} ${invoice.number}`;
};

const writeFooters = (sheet: Sheet, name: string): void => {
  for (const [index, page] of sheet.pages.entries()) {
    sheet.revisit(page, paper.height - paper.margin + 10);
    sheet.left(name, paper.margin, { size: 8, color: muted });
    sheet.right(`Page ${index + 1} of ${sheet.pages.length}`, rightEdge, { size: 8, color: muted });
  }
};
