import type { Invoice } from "../../core/billing/invoice/invoice.ts";

/** An invoice that its customer may see: it has a number. A draft is on its way there, and may be for minutes at most. */
export type PublicInvoice = Exclude<Invoice, { readonly status: "draft" }>;

export const isPublic = (invoice: Invoice): invoice is PublicInvoice => invoice.status !== "draft";
