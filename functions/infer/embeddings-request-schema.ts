import * as z from "zod";
import type { EmbeddingInput, EmbeddingsRequest } from "../../core/inference/tasks/embeddings-request.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { describeIssue } from "../http/describe-issue.ts";

/** OpenAI's limit. */
const inputsMax = 2048;
/** ONNX and vLLM count tokens with 32 bits. */
const tokenIdMax = 2 ** 31 - 1;
const dimensionsMax = 65_536;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isToken = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= tokenIdMax;

const isTokens = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every(isToken);

type Fault = { readonly path: readonly number[]; readonly message: string };

/** The first fault, judged by what the list begins with. */
const faultIn = (value: unknown): Fault | undefined => {
  if (isText(value) || isTokens(value)) return undefined;
  if (!Array.isArray(value) || value.length === 0)
    return { path: [], message: "expected a text, token ids, or a list of either; none of them empty" };
  const [isMember, expected] = memberLike(value[0]);
  if (isMember !== isToken && value.length > inputsMax)
    return { path: [], message: `expected at most ${inputsMax} inputs in one request` };
  const index = value.findIndex((member) => !isMember(member));
  return index < 0 ? undefined : { path: [index], message: `expected ${expected}` };
};

const memberLike = (first: unknown): readonly [(value: unknown) => boolean, string] => {
  if (typeof first === "string") return [isText, "a text that is not empty"];
  if (typeof first === "number") return [isToken, `a token id: a whole number from 0 to ${tokenIdMax}`];
  return [isTokens, `a list of token ids, whole numbers from 0 to ${tokenIdMax}, that is not empty`];
};

/** Only of what has no fault. */
const inputsOf = (value: unknown): readonly EmbeddingInput[] => {
  if (isText(value) || isTokens(value)) return [value];
  return Array.isArray(value) ? value.filter((member) => isText(member) || isTokens(member)) : [];
};

/** The fields of an embeddings request that Farebox knows; others pass through to the model. */
const schema = z.looseObject({
  model: z.string().min(1).max(200),
  input: z.unknown().superRefine((value, context) => {
    const fault = faultIn(value);
    if (fault) context.addIssue({ code: "custom", path: [...fault.path], message: fault.message });
  }),
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
  const result = schema.safeParse(body);
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
