import * as z from "zod";
import { chatMessages } from "../../core/inference/tasks/responses-input.ts";
import type { ResponsesRequest } from "../../core/inference/tasks/responses-request.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { type JsonObject, isJsonObject } from "../../core/json.ts";
import { describeIssue } from "../http/describe-issue.ts";
import { byType } from "./by-type.ts";
import { parseChatRequest } from "./chat-request-schema.ts";
import { responsesInput } from "./responses-input-schema.ts";

const wholeConversation = "nothing is stored here: send the whole conversation as `input`";

/** Unset, or what it is by default anyway. */
const not = (expected: string, ...allowed: readonly unknown[]) =>
  z
    .unknown()
    .optional()
    .refine((value) => value === undefined || value === null || allowed.includes(value), expected)
    .describe(`${expected.charAt(0).toUpperCase()}${expected.slice(1)}.`);

const functionTool = z.looseObject({
  type: z.literal("function"),
  name: z.string().regex(/^[\w-]{1,64}$/, "expected 1 to 64 letters, digits, dashes or underscores"),
  description: z.string().nullish(),
  parameters: z.looseObject({}).nullish(),
  strict: z.boolean().nullish(),
});

const tool = byType(
  { function: functionTool },
  "expected function: tools that OpenAI runs itself, and MCP servers, are not called from here. Declare functions, and call them yourself",
);

const toolChoice = z.union(
  [
    z.enum(["auto", "none", "required"]),
    z.looseObject({ type: z.literal("function"), name: z.string().min(1) }),
  ],
  { error: "expected auto, none, required or a function" },
);

const format = byType<JsonObject>(
  {
    text: z.looseObject({}),
    json_object: z.looseObject({}),
    json_schema: z.looseObject({
      name: z.string().regex(/^[\w-]{1,64}$/, "expected 1 to 64 letters, digits, dashes or underscores"),
      schema: z.looseObject({}),
      description: z.string().nullish(),
      strict: z.boolean().nullish(),
    }),
  },
  "expected text, json_object or json_schema",
);

const metadata = z
  .looseObject({})
  .refine(
    (pairs) =>
      Object.keys(pairs).length <= 16 &&
      Object.entries(pairs).every(
        ([key, value]) => key.length <= 64 && typeof value === "string" && value.length <= 512,
      ),
    "expected at most 16 texts of at most 512 characters, under names of at most 64",
  );

/** Fields of chat completions that mean something else here, or would change what an answer may cost. */
const chatOnly = {
  messages: not("a response takes `input`"),
  n: not("a response is one answer"),
  max_tokens: not("a response takes `max_output_tokens`"),
  max_completion_tokens: not("a response takes `max_output_tokens`"),
  response_format: not("a response takes `text.format`"),
  functions: not("a response takes `tools`"),
};

/** What the Responses API has and a stateless answer of a chat model cannot honour. */
const unserved = {
  store: not("expected false: responses are not stored here", false),
  previous_response_id: not(wholeConversation),
  conversation: not(wholeConversation),
  background: not("responses are not made in the background: stream them, or send a batch", false),
  prompt: not("no prompts are stored here: send the text itself"),
  truncation: not("expected disabled: what does not fit the model is refused, not cut", "disabled"),
  include: z.array(z.literal("reasoning.encrypted_content", "nothing further can be included")).nullish(),
};

export const responsesRequestSchema = z.looseObject({
  ...chatOnly,
  ...unserved,
  model: z.string().min(1).max(200),
  input: responsesInput,
  instructions: z.string().nullish(),
  max_output_tokens: z.int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z.looseObject({ format: format.nullish(), verbosity: z.string().nullish() }).nullish(),
  reasoning: z.looseObject({ effort: z.string().nullish(), summary: z.string().nullish() }).nullish(),
  metadata: metadata.nullish(),
  user: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({}).nullish(),
});

type Fields = z.output<typeof responsesRequestSchema>;

/** Fields that say nothing to a model, or say it otherwise. */
const translated = new Set([
  ...Object.keys(chatOnly),
  ...Object.keys(unserved),
  "input",
  "instructions",
  "max_output_tokens",
  "tools",
  "tool_choice",
  "text",
  "reasoning",
  "metadata",
  "stream_options",
  "max_tool_calls",
  "context_management",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
]);

export type ParsedResponsesRequest =
  | { readonly ok: true; readonly request: ResponsesRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Checks a response's body and translates it into a chat completion's, which is checked as every other; the refusal names the
 * first field at fault and what it must be. Unknown fields pass through.
 */
export const parseResponsesRequest = (
  body: JsonObject,
  imageHosts: readonly string[] = [],
): ParsedResponsesRequest => {
  const result = responsesRequestSchema.safeParse(body);
  if (!result.success) return { ok: false, refusal: describeIssue(result.error, body) };
  const parsed = parseChatRequest(chatFields(body, result.data), imageHosts);
  // What was not refused so far are images, which have come from `input`.
  if (!parsed.ok) return { ok: false, refusal: { ...parsed.refusal, param: "input" } };
  return { ok: true, request: { chat: parsed.request, echo: echoOf(result.data) } };
};

const chatFields = (body: JsonObject, fields: Fields): JsonObject => {
  const passed = Object.fromEntries(Object.entries(body).filter(([name]) => !translated.has(name)));
  const { tools, text, reasoning } = fields;
  return {
    ...passed,
    messages: chatMessages(fields.instructions ?? undefined, fields.input),
    ...set("max_tokens", fields.max_output_tokens),
    ...(tools && tools.length > 0 && { tools: tools.map(chatTool) }),
    ...set("tool_choice", chatToolChoice(fields.tool_choice)),
    ...set("response_format", text?.format && responseFormat(text.format)),
    ...set("verbosity", text?.verbosity),
    ...set("reasoning_effort", reasoning?.effort),
  };
};

const set = (name: string, value: unknown): JsonObject =>
  value === undefined || value === null ? {} : { [name]: value };

const chatTool = ({ name, description, parameters, strict }: z.output<typeof functionTool>): JsonObject => ({
  type: "function",
  function: {
    name,
    ...set("description", description),
    ...set("parameters", parameters),
    ...set("strict", strict),
  },
});

const chatToolChoice = (choice: Fields["tool_choice"]): unknown =>
  isJsonObject(choice) ? { type: "function", function: { name: choice["name"] } } : choice;

const responseFormat = (said: JsonObject): JsonObject | undefined => {
  const { type, name, schema: json, description, strict } = said;
  if (type === "text") return undefined;
  return type === "json_object"
    ? { type }
    : {
        type,
        json_schema: { name, schema: json, ...set("description", description), ...set("strict", strict) },
      };
};

const echoOf = (fields: Fields): JsonObject => ({
  background: false,
  instructions: fields.instructions ?? null,
  max_output_tokens: fields.max_output_tokens ?? null,
  metadata: fields.metadata ?? {},
  parallel_tool_calls: fields.parallel_tool_calls ?? true,
  previous_response_id: null,
  reasoning: { effort: fields.reasoning?.effort ?? null, summary: null },
  store: false,
  temperature: fields.temperature ?? null,
  text: { ...fields.text, format: fields.text?.format ?? { type: "text" } },
  tool_choice: fields.tool_choice ?? "auto",
  tools: fields.tools ?? [],
  top_p: fields.top_p ?? null,
  truncation: "disabled",
  ...set("user", fields.user),
});
