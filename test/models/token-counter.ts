import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as Tokenizers from "../../models/server/node_modules/@huggingface/tokenizers/types/index.d.ts";

const models = path.resolve(import.meta.dirname, "../../models");
const { Tokenizer }: typeof Tokenizers = createRequire(path.join(models, "server/package.json"))(
  "@huggingface/tokenizers",
);

/** Tokenizes with Hugging Face's tokenizer alone, beside the server. */
export const tokenizer = (demo: string): ((text: string) => readonly number[]) => {
  const read = (name: string) => JSON.parse(readFileSync(path.join(models, "demo", demo, name), "utf8"));
  const loaded = new Tokenizer(read("tokenizer.json"), read("tokenizer_config.json"));
  return (text) => loaded.encode(text).ids;
};

/** Counts the tokens of a text. */
export const tokenCounter = (demo: string): ((text: string) => number) => {
  const tokensOf = tokenizer(demo);
  return (text) => tokensOf(text).length;
};
