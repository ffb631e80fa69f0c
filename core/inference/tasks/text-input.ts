import type { Quantities } from "../../billing/quantities.ts";
import type { ModelLimits } from "../../catalogue/model.ts";
import { estimateTokens } from "../model-usage.ts";

/** A text, or the model's own tokens. */
export type TextInput = string | readonly number[];

/** What a tokenizer puts around every input: `[CLS]` and `[SEP]`, `</s>`; sometimes a word for what it is. */
const specialTokensPerInput = 8;

/** The most tokens that inputs can be: a token covers at least one byte, and each input fits the context or is refused by the model. */
export const inputTokensMax = (
  inputs: readonly TextInput[],
  { contextTokensMax }: Pick<ModelLimits, "contextTokensMax">,
): number => sum(inputs.map((input) => Math.min(sizeOf(input) + specialTokensPerInput, contextTokensMax)));

/** How many tokens inputs are, where their model does not say. */
export const estimateInputs = (inputs: readonly TextInput[]): Quantities => ({
  inputTokens: sum(
    inputs.map((input) => (typeof input === "string" ? estimateTokens(sizeOf(input)) : input.length)),
  ),
  requests: 1,
});

/** Bytes of a text, or tokens. */
const sizeOf = (input: TextInput): number =>
  typeof input === "string" ? new TextEncoder().encode(input).length : input.length;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
