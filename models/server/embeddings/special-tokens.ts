import type { PreTrainedTokenizer } from "@huggingface/transformers";

/** What a model expects around every input. */
export type SpecialTokens = { readonly before: readonly number[]; readonly after: readonly number[] };

/** Any text will do: what the tokenizer puts around it is found by leaving it out. */
const probe = "a";

/** @throws when the tokenizer changes a text's tokens by more than putting some around them. */
export const specialTokens = (tokenizer: Pick<PreTrainedTokenizer, "encode">): SpecialTokens => {
  const inner = tokenizer.encode(probe, { add_special_tokens: false });
  const outer = tokenizer.encode(probe);
  const starts = outer.findIndex((_, at) => inner.every((token, offset) => outer[at + offset] === token));
  if (starts === -1) throw new Error("The tokenizer does not put its special tokens around a text's own.");
  return { before: outer.slice(0, starts), after: outer.slice(starts + inner.length) };
};
