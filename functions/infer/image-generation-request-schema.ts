import * as z from "zod";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { ImageGenerationRequest } from "../../core/inference/tasks/image-generation.ts";
import type { JsonObject } from "../../core/json.ts";
import { describeIssue } from "../http/describe-issue.ts";

/** OpenAI's limits. */
const imagesMax = 10;
const promptCharactersMax = 32_000;

/** The fields of a request for images that Farebox knows; others (`style`, `background`, `seed`) pass through to the model. */
export const imageGenerationRequestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  prompt: z.string().min(1).max(promptCharactersMax),
  n: z.int().min(1).max(imagesMax).nullish(),
  size: z
    .string()
    .regex(/^(?:auto|[1-9]\d{1,4}x[1-9]\d{1,4})$/, "expected a width and a height such as 1024x1024, or auto")
    .nullish(),
  quality: z.string().max(50).nullish(),
  response_format: z
    .literal("b64_json", "expected b64_json: images come in the answer, and none are stored for a url")
    .nullish(),
  stream: z.literal(false, "expected false: images are not streamed").nullish(),
  user: z.string().nullish(),
});

export type ParsedImageGenerationRequest =
  | { readonly ok: true; readonly request: ImageGenerationRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** Checks the body of a request for images; the refusal names the first field at fault and what it must be. */
export const parseImageGenerationRequest = (body: JsonObject): ParsedImageGenerationRequest => {
  const result = imageGenerationRequestSchema.safeParse(body);
  if (!result.success) return { ok: false, refusal: describeIssue(result.error, body) };
  const { model, n } = result.data;
  return { ok: true, request: { model, images: n ?? 1, fields: body } };
};
