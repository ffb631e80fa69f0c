import { assert } from "../../assert.ts";
import type { CustomerId } from "../../identifiers.ts";
import { epochMs } from "../../time.ts";
import type { Counters } from "../counters.ts";
import { monthAt, monthBounds } from "../invoice/billing-month.ts";
import { isUsage } from "../invoice/charge.ts";
import type { Invoices } from "../invoice/invoices.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { postedTo } from "../ledger/transfer.ts";
import type { AuditScope, AuditedBooks, InvoicedUsage } from "./views.ts";

export type BookPorts = {
  readonly counters: Pick<Counters, "list">;
  readonly ledger: Pick<Ledger, "book" | "listUsage">;
  readonly invoices: Pick<Invoices, "register" | "list">;
  /** IANA name; `undefined` for a customer who is not billed. */
  timeZone(customer: CustomerId): Promise<string | undefined>;
};

/** The year 9999: no ledger has an hour after it. */
const endOfTime = epochMs(253_370_764_800_000);

/** The books as an audit reads them. */
export const booksOf = ({ counters, ledger, ...ports }: BookPorts): AuditedBooks => ({
  counters,
  async *earnings(customer, from) {
    for await (const transfer of ledger.listUsage(customer, from, endOfTime)) {
      const { id, earned } = transfer;
      assert(earned !== undefined, `${id} is usage, so it says of which cell`);
      yield { transfer: id, ...earned, hour: transfer.at, amount: postedTo(transfer, "revenue") };
    }
  },
  posted: async (customer) => (await ledger.book(customer)).posted,
  invoiced: (scope) => invoicedUsage(ports, scope),
});

/** A month's usage is on its own invoice and, as far as it arrived late, on those of the months after it. */
const invoicedUsage = async (
  { invoices, timeZone }: Pick<BookPorts, "invoices" | "timeZone">,
  { customer, from, until }: AuditScope,
): Promise<readonly InvoicedUsage[] | undefined> => {
  const zone = await timeZone(customer);
  if (zone === undefined) return undefined;
  const month = monthAt(from, zone);
  const bounds = monthBounds(month, zone);
  const { closedThrough } = await invoices.register(customer);
  const isClosed = closedThrough !== undefined && closedThrough >= month;
  if (bounds.from !== from || bounds.until !== until || !isClosed) return undefined;
  const billed = (await invoices.list(customer)).filter(({ status }) => status !== "void");
  return billed
    .flatMap(({ lines }) => lines)
    .filter((line) => line.month === month && isUsage(line))
    .map(({ model, price, amount }) => ({ model, price, amount }));
};
