import { invalidRequest, type Problem } from "../problem.ts";

const isAbsent = (value: unknown) => value === undefined || value === null;
const isEmpty = (value: unknown) =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
const isText = (value: unknown) =>
  typeof value === "object" && value !== null && "type" in value && value.type === "text";

/** Parameters that would change the answer if they were served, each with the values that ask for nothing. */
const asksForNothing: Readonly<Record<string, (value: unknown) => boolean>> = {
  tools: isEmpty,
  functions: isEmpty,
  logit_bias: isEmpty,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  response_format: isText,
};

/** Refuses what this server would otherwise ignore without a word: a caller who asks for JSON must not get prose. */
export const unsupportedParameter = (request: Readonly<Record<string, unknown>>): Problem | undefined => {
  const name = Object.keys(asksForNothing).find(
    (name) => !isAbsent(request[name]) && asksForNothing[name]?.(request[name]) !== true,
  );
  if (name === undefined) return undefined;
  return invalidRequest("unsupported_parameter", `${name} is not supported by this model.`, name);
};
