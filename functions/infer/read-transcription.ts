import path from "node:path";
import * as z from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { InferenceRequest } from "../../core/inference/tasks/inference-request.ts";
import {
  type TranscriptionRequest,
  transcriptFormats,
  transcription,
} from "../../core/inference/tasks/transcription.ts";
import { readBodyBytes } from "../http/body-bytes.ts";
import { describeIssue } from "../http/describe-issue.ts";
import { type HttpEvent, headerOf } from "../http/event.ts";
import { readForm } from "../http/form-body.ts";

type ReadTranscription =
  | { readonly ok: true; readonly request: InferenceRequest }
  | { readonly ok: false; readonly refusal: Refusal };

const granularities = "timestamp_granularities[]";

const temperature = z
  .string()
  .refine((text) => text.trim() !== "" && Number(text) >= 0 && Number(text) <= 1, "expected 0 to 1");

/** The fields of a transcription that Farebox knows; others are the model's affair. */
export const transcriptionFormSchema = z.looseObject({
  model: z.string().min(1).max(200),
  response_format: z.enum(transcriptFormats).exactOptional(),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?$/, "expected a code such as en")
    .exactOptional(),
  prompt: z.string().exactOptional(),
  temperature: temperature.exactOptional(),
  stream: z.literal("false", "expected false: transcriptions are not streamed").exactOptional(),
  [granularities]: z.array(z.enum(["word", "segment"])).exactOptional(),
});

/** Reads a transcription's form: a recording, and what is to be done with it. */
export const readTranscription = async (event: HttpEvent): Promise<ReadTranscription> => {
  const contentType = headerOf(event, "content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(contentType.trim())) return refuse(unsupportedMediaType);
  const body = readBodyBytes(event);
  if (!body.ok) return body;
  const form = await readForm(Buffer.from(body.bytes), contentType);
  if (!form) return refuse(notMultipart);
  const [file, ...others] = form.getAll("file");
  if (!(file instanceof File) || others.length > 0) return refuse(noFile);
  if (file.size === 0) return refuse(emptyFile);
  const fields = fieldsOf(form);
  const parsed = transcriptionFormSchema.safeParse(fields);
  if (!parsed.success) return refuse(describeIssue(parsed.error, fields));
  const { model, response_format: format = "json" } = parsed.data;
  const audio = {
    content: new Uint8Array(await file.arrayBuffer()),
    fileName: `audio${endingOf(file.name)}`,
    contentType: audioType.test(file.type) ? file.type : "application/octet-stream",
  };
  return {
    ok: true,
    request: transcription({ model, format, audio, fields: passedOn(form) }),
  };
};

const audioType = /^(?:audio|video)\/[\w.+-]{1,60}$/;

/** Of the customer's name for the recording, the model needs nothing but its ending. */
const endingOf = (name: string): string => {
  const ending = path.extname(name).toLowerCase();
  return /^\.[a-z0-9]{1,8}$/.test(ending) ? ending : "";
};

/** A field that is there more than once is a list, and the granularities are one in any case. */
const fieldsOf = (form: FormData): JsonObject =>
  Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const [value, ...more] = form.getAll(name);
      return [name, name === granularities || more.length > 0 ? [value, ...more] : value];
    }),
  );

const written = new Set(["file", "model", "response_format", "stream"]);

/** A name that would need escapes in a form is no field of a model's. */
const passedOn = (form: FormData): TranscriptionRequest["fields"] =>
  [...form].flatMap(([name, text]) =>
    !written.has(name) && typeof text === "string" && /^[\w.[\]-]{1,64}$/.test(name) ? [{ name, text }] : [],
  );

const refuse = (refusal: Refusal): ReadTranscription => ({ ok: false, refusal });

const example = "with curl, `-F model=… -F file=@speech.wav`";

const unsupportedMediaType: Refusal = {
  code: "unsupported_media_type",
  message: `The request body must be sent as \`content-type: multipart/form-data\`. Let your HTTP client write it: ${example}.`,
};

const notMultipart: Refusal = {
  code: "invalid_request",
  message: `The body is not valid multipart/form-data. Let your HTTP client write it: ${example}.`,
};

const noFile: Refusal = {
  code: "invalid_request",
  message: `\`file\` is required, once, with a recording's name and content: ${example}.`,
  param: "file",
};

const emptyFile: Refusal = {
  code: "invalid_request",
  message: "`file` is empty. Send a recording.",
  param: "file",
};
