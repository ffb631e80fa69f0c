import * as z from "zod";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { ImageClassificationRequest } from "../../core/inference/tasks/image-classification.ts";
import type { JsonObject } from "../../core/json.ts";
import { describeIssue } from "../http/describe-issue.ts";
import { toImageDataUrl } from "./image-data-url.ts";

const labelsMax = 1000;

/** The fields of an image's classification that Farebox knows; others pass through to the model. */
export const imageClassificationRequestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  image: z.string().transform((text, context): string => {
    const url = toImageDataUrl(text);
    if (url !== undefined) return url;
    context.addIssue("expected a PNG, JPEG, GIF or WebP, as a data URL or in base64: URLs are not fetched");
    return z.NEVER;
  }),
  top_k: z.int().min(1).max(labelsMax).nullish(),
});

export type ParsedImageClassificationRequest =
  | { readonly ok: true; readonly request: ImageClassificationRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** Checks the body of an image's classification; the refusal names the first field at fault and what it must be. */
export const parseImageClassificationRequest = (body: JsonObject): ParsedImageClassificationRequest => {
  const result = imageClassificationRequestSchema.safeParse(body);
  if (!result.success) return { ok: false, refusal: describeIssue(result.error, body) };
  const { model, image } = result.data;
  return { ok: true, request: { model, image, fields: body } };
};
