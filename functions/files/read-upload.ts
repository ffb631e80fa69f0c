import type { Upload } from "../../core/files/store-file.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { bodyBytesMax } from "../contract.ts";
import { type HttpEvent, headerOf } from "../http/event.ts";
import { readForm } from "../http/form-body.ts";
import { invalidUpload, readFileName, readPurpose } from "./upload-fields.ts";

export type UploadReading =
  | { readonly ok: true; readonly upload: Upload }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads a `multipart/form-data` body: a file and its purpose, and nothing else. */
export const readUpload = async (event: HttpEvent): Promise<UploadReading> => {
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > bodyBytesMax) return refuse(tooLarge);
  const form = await readForm(bytes, headerOf(event, "content-type") ?? "");
  if (!form) return refuse(notMultipart);
  const fields = [...form.keys()];
  if (fields.some((field) => field !== "file" && field !== "purpose")) return refuse(unknownField);
  const [file, ...otherFiles] = form.getAll("file");
  if (!(file instanceof File) || otherFiles.length > 0) return refuse(noFile);
  const [purposeText, ...otherPurposes] = form.getAll("purpose");
  const purpose = readPurpose(otherPurposes.length > 0 ? undefined : purposeText);
  if (!purpose.ok) return purpose;
  const name = readFileName(file.name, "file");
  if (!name.ok) return name;
  if (file.size === 0) return refuse(empty);
  const content = new Uint8Array(await file.arrayBuffer());
  return { ok: true, upload: { name: name.value, purpose: purpose.value, content } };
};

const refuse = (refusal: Refusal): UploadReading => ({ ok: false, refusal });

const tooLarge: Refusal = {
  code: "request_too_large",
  message: `A request may carry ${bodyBytesMax / 1024 / 1024} MB. Announce a larger file with JSON, \`{"purpose": "batch", "filename": …, "bytes": …}\`, and PUT it to the URL in the answer.`,
};

const notMultipart = invalidUpload(
  undefined,
  "The body is not valid multipart/form-data. Let your HTTP client write it: with curl, `-F purpose=batch -F file=@requests.jsonl`.",
);

const unknownField = invalidUpload(
  undefined,
  "There is a field that this route does not have. It has `file` and `purpose`; files expire after 30 days.",
);

const noFile = invalidUpload(
  "file",
  "`file` is required, once, with a file's name and content: with curl, `-F file=@requests.jsonl`.",
);

const empty = invalidUpload("file", "`file` is empty. Send a file with content.");
