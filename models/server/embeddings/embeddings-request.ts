import { z } from "zod";
import { parseJsonBody, type Parsed } from "../http/parse-json-body.ts";

export type EmbeddingsRequest = {
  readonly texts: readonly string[];
  readonly encoding: "float" | "base64";
  readonly dimensions: number | undefined;
};

const text = z.string().min(1);

const schema = z.object({
  input: z.union([text, z.array(text).min(1).max(2048)], {
    error: "Expected a string or an array of 1 to 2048 strings, none of them empty",
  }),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).nullish(),
});

/** Parses an OpenAI embeddings request. Token arrays are refused: they would need the caller to know the tokenizer. */
export const parseEmbeddingsRequest = (body: Uint8Array): Parsed<EmbeddingsRequest> => {
  const parsed = parseJsonBody(body, schema);
  if (!parsed.ok) return parsed;
  const { input, encoding_format, dimensions } = parsed.value;
  return {
    ok: true,
    value: {
      texts: typeof input === "string" ? [input] : input,
      encoding: encoding_format ?? "float",
      dimensions: dimensions ?? undefined,
    },
  };
};
