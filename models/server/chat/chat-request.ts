import { z } from "zod";
import type { ChatJob } from "../engine/protocol.ts";
import { parseJsonBody, type Parsed } from "../http/parse-json-body.ts";
import { unsupportedParameter } from "./unsupported-parameter.ts";

export type ChatRequest = {
  readonly job: ChatJob;
  readonly stream: boolean;
  /** A last chunk with the request's usage. */
  readonly includeUsage: boolean;
  /** vLLM's extension: usage so far on every chunk, so that a stream cut off anywhere has told what it cost. */
  readonly continuousUsage: boolean;
};

const textPart = z.object({ type: z.literal("text"), text: z.string() });

const message = z.object({
  role: z
    .enum(["system", "developer", "user", "assistant"])
    // OpenAI's newer name of the system role; chat templates know the old one.
    .transform((role) => (role === "developer" ? "system" : role)),
  content: z
    .union([z.string(), z.array(textPart).min(1)], { error: "Expected a string or an array of text parts" })
    .transform((content) =>
      typeof content === "string" ? content : content.map(({ text }) => text).join(""),
    ),
});

const stopSequence = z.string().min(1);
const tokenLimit = z.int().min(1).nullish();

const schema = z.looseObject({
  messages: z.array(message).min(1),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  n: z.int().min(1).max(4).nullish(),
  stop: z
    .union([stopSequence, z.array(stopSequence).max(4)], {
      error: "Expected a string or an array of at most 4 strings, none of them empty",
    })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  // vLLM's extension.
  ignore_eos: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .object({ include_usage: z.boolean().nullish(), continuous_usage_stats: z.boolean().nullish() })
    .nullish(),
});

/** Parses an OpenAI chat completion request. */
export const parseChatRequest = (body: Uint8Array): Parsed<ChatRequest> => {
  const parsed = parseJsonBody(body, schema);
  if (!parsed.ok) return parsed;
  const problem = unsupportedParameter(parsed.value);
  if (problem !== undefined) return { ok: false, problem };
  const {
    messages,
    max_tokens,
    max_completion_tokens,
    n,
    stop,
    temperature,
    top_p,
    seed,
    ignore_eos,
    stream,
    stream_options,
  } = parsed.value;
  return {
    ok: true,
    value: {
      job: {
        messages,
        tokensMax: max_completion_tokens ?? max_tokens ?? undefined,
        choices: n ?? 1,
        stop: typeof stop === "string" ? [stop] : (stop ?? []),
        temperature: temperature ?? undefined,
        topP: top_p ?? undefined,
        seed: seed ?? undefined,
        ignoreEnd: ignore_eos ?? false,
      },
      stream: stream ?? false,
      includeUsage: stream_options?.include_usage ?? false,
      continuousUsage: stream_options?.continuous_usage_stats ?? false,
    },
  };
};
