import type { Invoices } from "../../core/billing/invoice/invoices.ts";
import { billingCallerOf } from "../http/billing-caller.ts";
import type { HttpEvent } from "../http/event.ts";
import { type Response, json, refused } from "../http/response.ts";
import { pageOfInvoices } from "./page-of-invoices.ts";
import { readPageQuery } from "./read-page-query.ts";
import { showInvoices } from "./show-invoices.ts";

/** A customer has an invoice a month at most: all of them are read, and cut to the page here. */
export const answerInvoices = async (
  invoices: Pick<Invoices, "list">,
  event: HttpEvent,
): Promise<Response> => {
  const caller = billingCallerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  const read = readPageQuery(event.queryStringParameters);
  if (!read.ok) return refused(read.refusal);
  return json(200, showInvoices(pageOfInvoices(await invoices.list(caller.customer), read.query)));
};
