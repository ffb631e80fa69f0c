import type { Refusal } from "../../core/inference/refusal.ts";
import { bodyBytesMax } from "../contract.ts";
import type { HttpEvent } from "./event.ts";

export type BodyBytes =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly refusal: Refusal };

/** A request's body as it was sent, up to the size that an invocation can carry. */
export const readBodyBytes = ({ body, isBase64Encoded }: HttpEvent): BodyBytes => {
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  return bytes.length > bodyBytesMax ? { ok: false, refusal: tooLarge } : { ok: true, bytes };
};

const tooLarge: Refusal = {
  code: "request_too_large",
  message: `The request body is larger than ${bodyBytesMax / 1024 / 1024} MB. Send less content in one request.`,
};
