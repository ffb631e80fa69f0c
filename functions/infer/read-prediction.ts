import { prediction } from "../../core/inference/tasks/prediction.ts";
import type { InferenceRequest } from "../../core/inference/tasks/inference-request.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { binaryMediaTypes } from "../contract.ts";
import { readBodyBytes } from "../http/body-bytes.ts";
import { type HttpEvent, headerOf } from "../http/event.ts";
import { isPassedOn } from "./media-types.ts";

type ReadPrediction =
  | { readonly ok: true; readonly request: InferenceRequest }
  | { readonly ok: false; readonly refusal: Refusal };

const acceptDefault = "application/json";
/** A longer one is not for models. */
const acceptSyntax = /^[ -~]{1,200}$/;

/** Reads a prediction: the model is in the path, and the body is the model's affair. */
export const readPrediction = (event: HttpEvent): ReadPrediction => {
  const contentType = textOf(event, "content-type");
  if (!isPassedOn(contentType)) return refuse(unsupportedMediaType);
  const accept = textOf(event, "accept") || acceptDefault;
  if (!acceptSyntax.test(accept)) return refuse(malformedAccept);
  if (/^text\/event-stream\b/i.test(accept)) return refuse(notStreamed);
  const body = readBodyBytes(event);
  if (!body.ok) return body;
  const model = event.pathParameters?.["model"] ?? "";
  return { ok: true, request: prediction({ model, contentType, accept, body: body.bytes }) };
};

/** With single spaces: signatures are made of these, whatever is sent. */
const textOf = (event: HttpEvent, header: string): string =>
  (headerOf(event, header) ?? "").trim().replace(/ +/g, " ");

const refuse = (refusal: Refusal): ReadPrediction => ({ ok: false, refusal });

const unsupportedMediaType: Refusal = {
  code: "unsupported_media_type",
  message: `The request's \`content-type\` must be one of ${binaryMediaTypes.filter((type) => !type.startsWith("multipart/")).join(", ")}. Send any other bytes as application/octet-stream.`,
};

const malformedAccept: Refusal = {
  code: "invalid_request",
  message: "`Accept` must be the media types that the model may answer with, in at most 200 characters.",
  param: "Accept",
};

const notStreamed: Refusal = {
  code: "invalid_request",
  message: "Predictions are not streamed: ask for another type than text/event-stream.",
  param: "Accept",
};
