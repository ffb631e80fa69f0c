import { formatCents, formatDollars } from "../../money.ts";
import { describeCharge } from "./describe-charge.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";

/**
 * An invoice as JSON. Members in a fixed order and amounts as decimal text, so that the same invoice is the same bytes and
 * no reader's floats touch it. Ends with a line feed.
 */
export const invoiceJson = (invoice: Invoice): string =>
  `${JSON.stringify(
    {
      id: invoice.id,
      object: invoice.terms === "prepaid" ? "statement" : "invoice",
      number: invoice.status === "draft" ? null : invoice.number,
      status: invoice.status,
      customer: invoice.customer,
      month: invoice.month,
      period: { from: invoice.from, until: invoice.until, time_zone: invoice.timeZone },
      date: invoice.date,
      due_date: invoice.dueDate,
      currency: invoice.currency,
      seller: partyJson(invoice.seller),
      buyer: partyJson(invoice.buyer),
      lines: invoice.lines.map(lineJson),
      totals: {
        usage: formatCents(invoice.totals.usage),
        adjustments: formatCents(invoice.totals.adjustments),
        total: formatCents(invoice.totals.total),
        settled: formatCents(invoice.totals.settled),
        settled_exact: formatDollars(invoice.totals.settledExact),
        due: formatCents(invoice.totals.due),
        credited: formatCents(invoice.totals.credited),
      },
    },
    null,
    2,
  )}\n`;

const partyJson = ({ name, address, taxId, email }: Invoice["seller"]) => ({
  name,
  address,
  tax_id: taxId ?? null,
  email: email ?? null,
});

const lineJson = (line: InvoiceLine) => {
  const { month, model, price, subject, amount, cents } = line;
  return {
    usage_month: month,
    model,
    price,
    type: subject.type,
    kind: "kind" in subject ? subject.kind : null,
    description: describeCharge(line),
    quantity: subject.type === "usage" ? subject.quantity : null,
    unit_price: subject.type === "usage" ? formatDollars(subject.unitPrice) : null,
    amount_exact: formatDollars(amount),
    amount: formatCents(cents),
  };
};
