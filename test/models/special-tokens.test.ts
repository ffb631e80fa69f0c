import { expect, test } from "vitest";
import { specialTokens } from "../../models/server/embeddings/special-tokens.ts";

/** A tokenizer that puts `before` and `after` around a text's tokens, 7 and 8. */
const around = (before: readonly number[], after: readonly number[]) => ({
  encode: (_text: string, { add_special_tokens: isAdding = true } = {}) =>
    isAdding ? [...before, 7, 8, ...after] : [7, 8],
});

test.each([
  ["BERT's", [101], [102]],
  ["T5's", [], [1]],
  ["none", [], []],
  ["an instruction", [5, 6, 7], [2]],
])("what a tokenizer puts around a text is found: %s", (_, before, after) =>
  expect(specialTokens(around(before, after))).toEqual({ before, after }),
);

test("a tokenizer that changes a text's own tokens is refused when the model is loaded", () =>
  expect(() => specialTokens({ encode: (_, options) => (options ? [7] : [9]) })).toThrow(/special tokens/));
