import { type InvoiceId, parseInvoiceId } from "../../core/billing/invoice/invoice-id.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { HttpEvent } from "../http/event.ts";

/** `after`: the last invoice of the page before. */
export type PageQuery = { readonly limit: number; readonly after?: InvoiceId };

export type PageQueryReading =
  | { readonly ok: true; readonly query: PageQuery }
  | { readonly ok: false; readonly refusal: Refusal };

const known = ["limit", "cursor"];
const limitMax = 100;
const limitDefault = 24;

/** Reads which page is asked for. A cursor is an invoice's id: it says where to go on, and never whose invoices are read. */
export const readPageQuery = (parameters: HttpEvent["queryStringParameters"]): PageQueryReading => {
  const { limit: limitText = `${limitDefault}`, cursor, ...others } = parameters ?? {};
  if (Object.keys(others).length > 0)
    return refuse(
      undefined,
      `There is a parameter that this route does not have. It has ${known.join(", ")}.`,
    );
  const limit = /^\d{1,3}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > limitMax)
    return refuse("limit", `\`limit\` must be a whole number from 1 to ${limitMax}.`);
  if (cursor === undefined) return { ok: true, query: { limit } };
  const after = parseInvoiceId(cursor);
  return after === undefined
    ? refuse("cursor", "`cursor` must be the `next_cursor` of the page before.")
    : { ok: true, query: { limit, after } };
};

const refuse = (param: string | undefined, message: string): PageQueryReading => ({
  ok: false,
  refusal: { code: "invalid_request", message, ...(param !== undefined && { param }) },
});
