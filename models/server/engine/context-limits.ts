import type { PreTrainedTokenizer } from "@huggingface/transformers";

export type ContextLimits = {
  readonly tokens: number;
  /** A longer text cannot fit, whatever its letters: it is refused before the tokenizer spends seconds on it. */
  readonly characters: number;
};

/** The configuration fields that state how many tokens a model takes: most architectures', and GPT-2's. */
const lengthFields = ["max_position_embeddings", "n_positions"];

/** @throws when the checkpoint does not state its context length. */
export const contextLimits = (config: object, tokenizer: PreTrainedTokenizer): ContextLimits => {
  const stated: unknown[] = [
    ...lengthFields.map((name) => Reflect.get(config, name)),
    tokenizer.model_max_length,
  ];
  const lengths = stated.filter((length): length is number => Number.isSafeInteger(length));
  if (lengths.length === 0) throw new Error("The checkpoint does not state its context length.");
  const tokens = Math.min(...lengths);
  let longestToken = 1;
  for (const token of tokenizer.get_vocab().keys()) longestToken = Math.max(longestToken, token.length);
  return { tokens, characters: tokens * longestToken };
};
