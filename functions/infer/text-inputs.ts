import * as z from "zod";
import type { TextInput } from "../../core/inference/tasks/text-input.ts";

/** ONNX and vLLM count tokens with 32 bits. */
const tokenIdMax = 2 ** 31 - 1;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isToken = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= tokenIdMax;

const isTokens = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every(isToken);

type Fault = { readonly path: readonly number[]; readonly message: string };

/** The first fault, judged by what the list begins with. */
const faultIn = (value: unknown, inputsMax: number): Fault | undefined => {
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

/** What has no fault, in the words of JSON Schema. */
const formsOf = (inputsMax: number) => {
  const text = { type: "string", minLength: 1 } as const;
  const token = { type: "integer", minimum: 0, maximum: tokenIdMax } as const;
  const tokens = { type: "array", minItems: 1, items: token } as const;
  const several = { type: "array", minItems: 1, maxItems: inputsMax } as const;
  return [text, tokens, { ...several, items: text }, { ...several, items: tokens }];
};

/** A field that holds a text, token ids, or a list of at most `inputsMax` of either. */
export const textInputs = (inputsMax: number) =>
  z
    .unknown()
    .superRefine((value, context) => {
      const fault = faultIn(value, inputsMax);
      if (fault) context.addIssue({ code: "custom", path: [...fault.path], message: fault.message });
    })
    .meta({ anyOf: formsOf(inputsMax) });

/** The inputs of a field that `textInputs` has accepted. */
export const inputsOf = (value: unknown): readonly TextInput[] => {
  if (isText(value) || isTokens(value)) return [value];
  return Array.isArray(value) ? value.filter((member) => isText(member) || isTokens(member)) : [];
};
