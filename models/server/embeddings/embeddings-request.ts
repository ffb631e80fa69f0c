import { z } from "zod";
import type { EmbeddingsInput } from "../engine/protocol.ts";
import { parseJsonBody, type Parsed } from "../http/parse-json-body.ts";

export type EmbeddingsRequest = {
  readonly inputs: readonly EmbeddingsInput[];
  readonly encoding: "float" | "base64";
  readonly dimensions: number | undefined;
};

const inputsMax = 2048;

const text = z.string().min(1);
const tokens = z.array(z.int().nonnegative()).min(1);

const schema = z.object({
  input: z.union([text, tokens, z.array(text).min(1).max(inputsMax), z.array(tokens).min(1).max(inputsMax)], {
    error: `Expected a string, an array of token ids, or an array of 1 to ${inputsMax} of either, none of them empty`,
  }),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).nullish(),
});

/** Parses an OpenAI embeddings request. Token ids are those of the model's own tokenizer. */
export const parseEmbeddingsRequest = (body: Uint8Array): Parsed<EmbeddingsRequest> => {
  const parsed = parseJsonBody(body, schema);
  if (!parsed.ok) return parsed;
  const { input, encoding_format, dimensions } = parsed.value;
  return {
    ok: true,
    value: {
      inputs: inputsOf(input),
      encoding: encoding_format ?? "float",
      dimensions: dimensions ?? undefined,
    },
  };
};

const inputsOf = (input: z.output<typeof schema>["input"]): readonly EmbeddingsInput[] => {
  if (typeof input === "string") return [input];
  return isTokens(input) ? [input] : input;
};

const isTokens = (input: readonly unknown[]): input is readonly number[] => typeof input[0] === "number";
