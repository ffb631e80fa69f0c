import type { Announcement } from "../../core/files/announce-file.ts";
import { fileBytesMax } from "../../core/files/file.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { invalidUpload, readFileName, readPurpose } from "./upload-fields.ts";

export type AnnouncementReading =
  | { readonly ok: true; readonly announcement: Announcement }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads `{ purpose, filename, bytes }`: a file that will be uploaded by itself. */
export const readAnnouncement = (body: JsonObject): AnnouncementReading => {
  const { purpose: purposeText, filename, bytes, ...others } = body;
  if (Object.keys(others).length > 0) return { ok: false, refusal: unknownField };
  const purpose = readPurpose(purposeText);
  if (!purpose.ok) return purpose;
  const name = readFileName(filename, "filename");
  if (!name.ok) return name;
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 1)
    return { ok: false, refusal: noSize };
  if (bytes > fileBytesMax) return { ok: false, refusal: tooLarge };
  return { ok: true, announcement: { purpose: purpose.value, name: name.value, bytes } };
};

const unknownField = invalidUpload(
  undefined,
  "There is a field that this route does not have. It has `purpose`, `filename` and `bytes`; files expire after 30 days.",
);

const noSize = invalidUpload("bytes", "`bytes` must be the file's exact size: a whole number from 1.");

const tooLarge: Refusal = {
  code: "request_too_large",
  message: `A file may have ${fileBytesMax / 1024 / 1024} MB. Split it into several.`,
  param: "bytes",
};
