import * as z from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/inference/tasks/chat-request.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { mediaIn } from "../../core/inference/tasks/chat-media.ts";
import { checkedBy } from "./by-type.ts";
import { describeIssue } from "../http/describe-issue.ts";
import { sampling, streaming } from "./text-output-fields.ts";

const text = z.string();
const contentPart = z.looseObject({ type: z.string() });
const content = z.union([text, z.array(contentPart)]);

const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: content.nullish(),
});

const tokenLimit = z.int().positive().nullish();

/** One check for the whole map: an issue of one entry would quote the client's own name for it. */
const logitBias = z
  .looseObject({})
  .refine(
    (bias) => Object.entries(bias).every(isTokenBias),
    "expected token ids with numbers from -100 to 100",
  );

const isTokenBias = ([token, bias]: readonly [string, unknown]): boolean =>
  /^\d+$/.test(token) && typeof bias === "number" && Math.abs(bias) <= 100;

const toolName = text.regex(/^[\w-]{1,64}$/, "expected 1 to 64 letters, digits, dashes or underscores");

/** Of the types that OpenAI has; what a server adds of its own is its own affair. */
const tool = z.looseObject({ type: text }).superRefine(
  checkedBy({
    function: z.looseObject({
      function: z.looseObject({
        name: toolName,
        description: text.nullish(),
        parameters: z.looseObject({}).nullish(),
        strict: z.boolean().nullish(),
      }),
    }),
  }),
);

const responseFormat = z.looseObject({ type: text }).superRefine(
  checkedBy({
    json_schema: z.looseObject({
      json_schema: z.looseObject({
        name: toolName,
        description: text.nullish(),
        schema: z.looseObject({}).nullish(),
        strict: z.boolean().nullish(),
      }),
    }),
  }),
);

/** The fields of a chat completion that Farebox knows; others pass through to the model. OpenAI accepts null for "not set". */
export const chatRequestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  messages: z.array(message).min(1),
  ...streaming,
  ...sampling,
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  logit_bias: logitBias.nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z.union([text, z.looseObject({ type: z.string() })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
});

export type ParsedChatRequest =
  | { readonly ok: true; readonly request: ChatRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** Checks a chat completion's body; the refusal names the first field at fault and what it must be. */
export const parseChatRequest = (body: JsonObject, imageHosts: readonly string[] = []): ParsedChatRequest => {
  const result = chatRequestSchema.safeParse(body);
  if (!result.success) return { ok: false, refusal: describeIssue(result.error, body) };
  const { data } = result;
  const media = mediaIn(data.messages, imageHosts);
  if (!media.ok)
    return { ok: false, refusal: { code: "invalid_request", message: media.message, param: media.param } };
  const outputTokens = data.max_completion_tokens ?? data.max_tokens ?? undefined;
  return {
    ok: true,
    request: {
      model: data.model,
      stream: data.stream ?? false,
      wantsUsage: data.stream_options?.include_usage ?? false,
      wantsRunningUsage: data.stream_options?.continuous_usage_stats ?? false,
      ...(outputTokens !== undefined && { outputTokens }),
      choices: data.n ?? 1,
      messageCount: data.messages.length,
      isTextOnly: data.messages.every(
        ({ content }) => !Array.isArray(content) || content.every((part) => part.type === "text"),
      ),
      remoteImages: media.remote,
      fields: body,
    },
  };
};
