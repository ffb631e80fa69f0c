import { formatCents } from "../../core/money.ts";
import type { InvoicePage } from "./page-of-invoices.ts";
import type { PublicInvoice } from "./public-invoice.ts";

/** A page of invoices without their lines, as JSON. Amounts are decimal text, as in the invoices themselves. */
export const showInvoices = ({ invoices, hasMore }: InvoicePage): object => ({
  object: "list",
  has_more: hasMore,
  next_cursor: hasMore ? (invoices.at(-1)?.id ?? null) : null,
  data: invoices.map(showHead),
});

const showHead = ({ totals, ...invoice }: PublicInvoice): object => ({
  id: invoice.id,
  object: invoice.terms === "prepaid" ? "statement" : "invoice",
  number: invoice.number,
  status: invoice.status,
  month: invoice.month,
  date: invoice.date,
  due_date: invoice.dueDate,
  currency: invoice.currency,
  totals: {
    total: formatCents(totals.total),
    settled: formatCents(totals.settled),
    due: formatCents(totals.due),
    credited: formatCents(totals.credited),
  },
});
