import * as z from "zod";
import type { EmbeddingsRequest } from "../../core/inference/tasks/embeddings-request.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { describeIssue } from "../http/describe-issue.ts";
import { inputsOf, textInputs } from "./text-inputs.ts";

/** OpenAI's limit. */
const inputsMax = 2048;
const dimensionsMax = 65_536;

/** The fields of an embeddings request that Farebox knows; others pass through to the model. */
export const embeddingsRequestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  input: textInputs(inputsMax),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).max(dimensionsMax).nullish(),
  stream: z.literal(false, "expected false: embeddings are not streamed").nullish(),
  user: z.string().nullish(),
});

export type ParsedEmbeddingsRequest =
  | { readonly ok: true; readonly request: EmbeddingsRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** Checks an embeddings request's body; the refusal names the first field at fault and what it must be. */
export const parseEmbeddingsRequest = (body: JsonObject): ParsedEmbeddingsRequest => {
  const result = embeddingsRequestSchema.safeParse(body);
  if (!result.success) return { ok: false, refusal: describeIssue(result.error, body) };
  const { model, input, encoding_format: encoding, dimensions } = result.data;
  return {
    ok: true,
    request: {
      model,
      inputs: inputsOf(input),
      encoding: encoding ?? "float",
      ...(typeof dimensions === "number" && { dimensions }),
      fields: body,
    },
  };
};
