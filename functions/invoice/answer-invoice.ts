import { Readable } from "node:stream";
import { invoiceCsv } from "../../core/billing/invoice/invoice-csv.ts";
import { parseInvoiceId } from "../../core/billing/invoice/invoice-id.ts";
import { invoiceJson } from "../../core/billing/invoice/invoice-json.ts";
import type { Invoices } from "../../core/billing/invoice/invoices.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { invoicePdf } from "../adapters/pdf/invoice-pdf.ts";
import { billingCallerOf } from "../http/billing-caller.ts";
import { type HttpEvent, headerOf } from "../http/event.ts";
import { type StreamableResponse, jsonText, refused } from "../http/response.ts";
import { type PublicInvoice, isPublic } from "../invoices/public-invoice.ts";
import { type InvoiceFormat, acceptedFormat, mediaTypes, splitEnding } from "./invoice-format.ts";

/** The invoice as the URL's ending says, else as the Accept header likes. Another customer's is as unknown as none at all. */
export const answerInvoice = async (
  invoices: Pick<Invoices, "find">,
  event: HttpEvent,
): Promise<StreamableResponse> => {
  const caller = billingCallerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  const { id: text, ending } = splitEnding(event.pathParameters?.["id"] ?? "");
  const id = parseInvoiceId(text);
  // Looked for among the caller's own: another's id finds nothing there.
  const invoice = id && (await invoices.find(caller.customer, id));
  if (!invoice || !isPublic(invoice)) return refused(notFound);
  return render[ending ?? acceptedFormat(headerOf(event, "accept"))](invoice);
};

const render = {
  json: async (invoice) => jsonText(200, invoiceJson(invoice)),
  csv: async (invoice) => ({
    statusCode: 200,
    headers: { ...download(invoice, "csv"), "content-type": `${mediaTypes.csv}; charset=utf-8` },
    body: invoiceCsv(invoice),
  }),
  pdf: async (invoice) => ({
    statusCode: 200,
    headers: download(invoice, "pdf"),
    // As bytes, which only a stream passes on whatever the client says that it accepts.
    body: Readable.from(Buffer.from(await invoicePdf(invoice))),
  }),
} as const satisfies Record<InvoiceFormat, (invoice: PublicInvoice) => Promise<StreamableResponse>>;

const download = ({ terms, number }: PublicInvoice, format: "csv" | "pdf") => ({
  "content-type": mediaTypes[format],
  "content-disposition": `attachment; filename="${terms === "prepaid" ? "statement" : "invoice"}-${number}.${format}"`,
});

const notFound: Refusal = {
  code: "invoice_not_found",
  message: "There is no such invoice. `GET /v1/invoices` lists yours; their ids start with inv_.",
  param: "id",
};
