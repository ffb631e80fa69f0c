import { type FilePurpose, filePurposes } from "../../core/files/file.ts";
import type { FilePage } from "../../core/files/ports.ts";
import { parseFileId } from "../../core/identifiers.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { HttpEvent } from "../http/event.ts";
import { invalidUpload } from "./upload-fields.ts";

/** `purpose` absent: all. */
export type FileQuery = Omit<FilePage, "oldest"> & { readonly purpose?: FilePurpose };

export type FileQueryReading =
  | { readonly ok: true; readonly query: FileQuery }
  | { readonly ok: false; readonly refusal: Refusal };

/** OpenAI's limit is an upper bound: it may be asked for, and a page is shorter. */
const limitMax = 10_000;
const pageMax = 1000;
const limitDefault = 100;

/** Reads which page is asked for, as OpenAI's API has it. An id says where to go on, and never whose files are read. */
export const readFileQuery = (parameters: HttpEvent["queryStringParameters"]): FileQueryReading => {
  const {
    limit: limitText = `${limitDefault}`,
    after,
    order = "desc",
    purpose,
    ...others
  } = parameters ?? {};
  if (Object.keys(others).length > 0) return refuse(undefined, unknownParameter);
  const limit = /^\d{1,5}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > limitMax)
    return refuse("limit", `\`limit\` must be a whole number from 1 to ${limitMax}.`);
  if (order !== "asc" && order !== "desc") return refuse("order", "`order` must be `asc` or `desc`.");
  const known = filePurposes.find((each) => each === purpose);
  if (purpose !== undefined && !known)
    return refuse(
      "purpose",
      `\`purpose\` must be ${filePurposes.map((each) => `\`${each}\``).join(" or ")}.`,
    );
  const page: FileQuery = { limit: Math.min(limit, pageMax), order, ...(known && { purpose: known }) };
  if (after === undefined) return { ok: true, query: page };
  const id = parseFileId(after);
  return id === undefined
    ? refuse("after", "`after` must be the id of the last file of the page before.")
    : { ok: true, query: { ...page, after: id } };
};

const refuse = (param: string | undefined, message: string): FileQueryReading => ({
  ok: false,
  refusal: invalidUpload(param, message),
});

const unknownParameter =
  "There is a parameter that this route does not have. It has limit, after, order, purpose.";
