import type { Invoice } from "../../core/billing/invoice/invoice.ts";
import { isPublic, type PublicInvoice } from "./public-invoice.ts";
import type { PageQuery } from "./read-page-query.ts";

export type InvoicePage = { readonly invoices: readonly PublicInvoice[]; readonly hasMore: boolean };

/** A page of what was issued, the latest month first. The ids of a customer's invoices sort by their months. */
export const pageOfInvoices = (all: readonly Invoice[], { limit, after }: PageQuery): InvoicePage => {
  const left = all
    .filter(isPublic)
    .filter(({ id }) => after === undefined || id < after)
    .toSorted((one, other) => (one.id < other.id ? 1 : -1));
  return { invoices: left.slice(0, limit), hasMore: left.length > limit };
};
