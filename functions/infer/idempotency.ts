import { createHash } from "node:crypto";
import { parseIdempotencyKey } from "../../core/admission/idempotency.ts";
import type { Idempotency } from "../../core/inference/serve-once.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { type HttpEvent, headerOf } from "../http/event.ts";

export type ReadIdempotency =
  | { readonly ok: true; readonly idempotency: Idempotency | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

/** The request's `Idempotency-Key`, if it has one, with a hash of what it stands for: the body, its type, and where it was sent. */
export const readIdempotency = (event: HttpEvent): ReadIdempotency => {
  const header = headerOf(event, "idempotency-key");
  if (header === undefined) return { ok: true, idempotency: undefined };
  const key = parseIdempotencyKey(header);
  if (!key) return { ok: false, refusal: malformed };
  const contentType = headerOf(event, "content-type") ?? "";
  const boundary = boundaryOf(contentType);
  const bodyHash = createHash("sha256")
    .update(JSON.stringify([event.resource, event.pathParameters, contentType.replaceAll(boundary, "")]))
    .update(boundary === "" ? (event.body ?? "") : withoutBoundary(event, boundary))
    .digest("hex");
  return { ok: true, idempotency: { key, bodyHash } };
};

/** What parts a form: clients choose another one whenever they send it, so that it says nothing of the request. */
const boundaryOf = (contentType: string): string =>
  /^multipart\/form-data\s*;.*?\bboundary="?([^";,\s]+)/i.exec(contentType)?.[1] ?? "";

/** Character by byte, so that no two bodies become one. */
const withoutBoundary = ({ body, isBase64Encoded }: HttpEvent, boundary: string): string =>
  Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8")
    .toString("latin1")
    .replaceAll(boundary, "\u0100");

const malformed: Refusal = {
  code: "invalid_request",
  message: "`Idempotency-Key` must be 1 to 255 visible ASCII characters, such as a UUID.",
  param: "Idempotency-Key",
};
