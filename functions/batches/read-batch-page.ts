import type { BatchPage } from "../../core/batches/ports.ts";
import { parseBatchId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { HttpEvent } from "../http/event.ts";

export type BatchPageReading =
  | { readonly ok: true; readonly page: Omit<BatchPage, "oldest"> }
  | { readonly ok: false; readonly refusal: Refusal };

/** OpenAI's limits. */
const limitMax = 100;
const limitDefault = 20;

/** Reads which page is asked for. An id says where to go on, and never whose batches are read. */
export const readBatchPage = (parameters: HttpEvent["queryStringParameters"]): BatchPageReading => {
  const { limit: limitText = `${limitDefault}`, after, ...others } = parameters ?? {};
  if (Object.keys(others).length > 0)
    return refuse(undefined, "There is a parameter that this route does not have. It has limit, after.");
  const limit = /^\d{1,3}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > limitMax)
    return refuse("limit", `\`limit\` must be a whole number from 1 to ${limitMax}.`);
  if (after === undefined) return { ok: true, page: { limit } };
  const id = parseBatchId(after);
  return id === undefined
    ? refuse("after", "`after` must be the id of the last batch of the page before.")
    : { ok: true, page: { limit, after: id } };
};

const refuse = (param: string | undefined, message: string): BatchPageReading => ({
  ok: false,
  refusal: { code: "invalid_request", message, ...(param !== undefined && { param }) },
});
