import * as z from "zod";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { CompletionRequest } from "../../core/inference/tasks/completion.ts";
import type { JsonObject } from "../../core/json.ts";
import { describeIssue } from "../http/describe-issue.ts";
import { inputsOf, textInputs } from "./text-inputs.ts";
import { choicesMax, sampling, streaming } from "./text-output-fields.ts";

/** Each is a generation of its own: more would let one small request hold a model for long. */
const promptsMax = 128;

/** The fields of a completion that Farebox knows; others (`logit_bias`, vLLM's own) pass through to the model. */
export const completionRequestSchema = z
  .looseObject({
    model: z.string().min(1).max(200),
    prompt: textInputs(promptsMax),
    ...streaming,
    ...sampling,
    /** With `echo`, none: the prompt's own log probabilities are wanted. */
    max_tokens: z.int().nonnegative().nullish(),
    best_of: z.int().min(1).max(choicesMax).nullish(),
    suffix: z.string().nullish(),
    echo: z.boolean().nullish(),
    logprobs: z.int().min(0).max(20).nullish(),
  })
  .superRefine(({ n, best_of: best, stream }, context) => {
    const refuse = (message: string): void => {
      context.addIssue({ code: "custom", path: ["best_of"], message });
    };
    if (typeof best !== "number") return;
    if (best < (n ?? 1)) refuse("expected no less than `n`");
    else if (stream === true && best > 1) refuse("expected 1: which is best is known only at the end");
  });

export type ParsedCompletionRequest =
  | { readonly ok: true; readonly request: CompletionRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** Checks a completion's body; the refusal names the first field at fault and what it must be. */
export const parseCompletionRequest = (body: JsonObject): ParsedCompletionRequest => {
  const result = completionRequestSchema.safeParse(body);
  if (!result.success) return { ok: false, refusal: describeIssue(result.error, body) };
  const { data } = result;
  return {
    ok: true,
    request: {
      model: data.model,
      prompts: inputsOf(data.prompt),
      ...(typeof data.suffix === "string" && { suffix: data.suffix }),
      stream: data.stream ?? false,
      wantsUsage: data.stream_options?.include_usage ?? false,
      wantsRunningUsage: data.stream_options?.continuous_usage_stats ?? false,
      ...(typeof data.max_tokens === "number" && { outputTokens: data.max_tokens }),
      choices: Math.max(data.n ?? 1, data.best_of ?? 1),
      echo: data.echo ?? false,
      fields: body,
    },
  };
};
