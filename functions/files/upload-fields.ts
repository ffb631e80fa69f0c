import { uploadPurposes } from "../../core/files/file.ts";
import { type FileName, parseFileName } from "../../core/files/file-name.ts";
import type { Refusal } from "../../core/inference/refusal.ts";

type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads what a file is for. */
export const readPurpose = (value: unknown): Reading<(typeof uploadPurposes)[number]> => {
  const purpose = uploadPurposes.find((known) => known === value);
  if (purpose !== undefined) return { ok: true, value: purpose };
  const known = uploadPurposes.map((each) => `\`${each}\``).join(" or ");
  return { ok: false, refusal: invalidUpload("purpose", `\`purpose\` must be ${known}.`) };
};

/** Reads what a file is called. `param`: the field that says so. */
export const readFileName = (value: unknown, param: string): Reading<FileName> => {
  const name = typeof value === "string" ? parseFileName(value) : undefined;
  return name === undefined
    ? {
        ok: false,
        refusal: invalidUpload(
          param,
          "The file's name must be a plain name of at most 255 readable characters, without / or \\. Send `requests.jsonl`, for example.",
        ),
      }
    : { ok: true, value: name };
};

export const invalidUpload = (param: string | undefined, message: string): Refusal => ({
  code: "invalid_request",
  message,
  ...(param !== undefined && { param }),
});
