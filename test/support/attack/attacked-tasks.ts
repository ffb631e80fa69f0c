import type { Model, ModelEndpoint } from "../../../core/catalogue/model.ts";
import type { Task } from "../../../core/catalogue/task.ts";
import { isJsonObject } from "../../../core/json.ts";
import { picodollars } from "../../../core/money.ts";
import { sampleModel } from "../samples.ts";
import { present } from "../present.ts";
import { tokens } from "../sse.ts";
import { transcriptionAnswer } from "../scripted-tasks.ts";

/** What an attacker would like to learn. None of it may be in any answer. */
export const secrets = {
  url: "http://10.99.98.97:8443/v1",
  endpointName: "secret-endpoint",
  trace: "Traceback (most recent call last): secret-internals",
} as const;

const endpoints = {
  sagemaker: { kind: "sagemaker", region: "eu-west-1", endpointName: secrets.endpointName, usage: "running" },
  server: { kind: "openai-server", url: secrets.url, model: "secret-name", usage: "final" },
} as const satisfies Record<string, ModelEndpoint>;

/** A route, a valid request with every field that Farebox knows, and what a decent model answers to it. */
export type AttackedTask = {
  readonly resource: string;
  readonly model: Model;
  /** A JSON body; of a form its fields, of which `file` is a recording. */
  readonly valid: object;
  readonly isForm?: boolean;
  /** The same for a stream, where there is one. */
  readonly streamed?: object;
  /** `sent`: what the model was sent, where that is JSON. */
  readonly answer: (sent: Readonly<Record<string, unknown>>) => object;
};

const name = "attacked";
const unit = picodollars(1_000_003n);

const modelOf = (task: Task, endpoint: ModelEndpoint, more: Partial<Model> = {}): Model => ({
  ...sampleModel,
  name,
  task,
  endpoints: [endpoint],
  limits: { ...sampleModel.limits, imagesMax: 3, audioSecondsMax: 60 },
  price: {
    ...present(sampleModel.price),
    rates: {
      ...(task === "chat" || task === "completion" ? { outputTokens: picodollars(3_000_007n) } : {}),
      ...(task === "chat" || task === "completion" || task === "embeddings"
        ? { inputTokens: unit, cachedInputTokens: picodollars(500_001n) }
        : {}),
      ...(task === "transcription" && { audioSeconds: unit }),
      ...(task === "moderation" && { characters: unit, inputTokens: unit }),
      ...(task.startsWith("image-") && { images: unit }),
      ...(task === "prediction" && { requests: unit }),
    },
  },
  ...more,
});

const png = "data:image/png;base64,iVBORw0KGgo=";
const tool = {
  name: "find_film",
  description: "Finds a film.",
  parameters: { type: "object" },
  strict: false,
};
const schema = { name: "film", schema: { type: "object" }, description: "A film.", strict: true };
const sampling = { temperature: 1, top_p: 1, user: "u-1" };
const shared = { ...sampling, seed: 7, stop: ["\n"], presence_penalty: 0.5, frequency_penalty: -0.5 };
const options = { include_usage: true, continuous_usage_stats: true };

const chatBody = {
  ...shared,
  model: name,
  messages: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "And this?" },
        { type: "image_url", image_url: { url: png } },
      ],
    },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "c", content: "Nine Doors North" },
  ],
  n: 2,
  max_tokens: 9,
  max_completion_tokens: 9,
  stream: false,
  stream_options: options,
  logprobs: true,
  top_logprobs: 2,
  logit_bias: { "50256": -100 },
  tools: [{ type: "function", function: tool }],
  tool_choice: "auto",
  parallel_tool_calls: true,
  response_format: { type: "json_schema", json_schema: schema },
};

const responsesBody = {
  ...sampling,
  model: name,
  input: [
    {
      role: "user",
      content: [
        { type: "input_text", text: "And this?" },
        { type: "input_image", image_url: png },
      ],
    },
    { type: "function_call", call_id: "c", name: "find_film", arguments: "{}" },
    { type: "function_call_output", call_id: "c", output: "Nine Doors North" },
  ],
  instructions: "Be brief.",
  max_output_tokens: 9,
  store: false,
  stream: false,
  tools: [{ type: "function", ...tool }],
  tool_choice: { type: "function", name: "find_film" },
  text: { format: { type: "json_schema", ...schema }, verbosity: "low" },
  reasoning: { effort: "low", summary: "auto" },
  metadata: { ticket: "7" },
  truncation: "disabled",
  include: ["reasoning.encrypted_content"],
  parallel_tool_calls: true,
};

const completionBody = {
  ...shared,
  model: name,
  prompt: ["Once upon", "a time"],
  n: 2,
  best_of: 3,
  max_tokens: 9,
  suffix: "The end.",
  echo: true,
  logprobs: 2,
  stream: false,
  stream_options: options,
};

const listOf = (value: unknown): readonly unknown[] =>
  typeof value === "string" || (Array.isArray(value) && typeof value[0] === "number")
    ? [value]
    : Array.isArray(value)
      ? value
      : [];

const times = <Item>(count: unknown, item: (index: number) => Item): readonly Item[] =>
  Array.from({ length: typeof count === "number" ? count : 1 }, (_, index) => item(index));

const chatAnswer: AttackedTask["answer"] = ({ n }) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  choices: times(n, (index) => ({
    index,
    finish_reason: "stop",
    message: { role: "assistant", content: "Try it" },
  })),
  usage: tokens(7, 3),
});

export const attackedTasks: readonly AttackedTask[] = [
  {
    resource: "/v1/chat/completions",
    model: modelOf("chat", endpoints.server),
    valid: chatBody,
    streamed: { ...chatBody, stream: true },
    answer: chatAnswer,
  },
  {
    resource: "/v1/responses",
    model: modelOf("chat", endpoints.sagemaker),
    valid: responsesBody,
    streamed: { ...responsesBody, stream: true },
    answer: chatAnswer,
  },
  {
    resource: "/v1/completions",
    model: modelOf("completion", endpoints.server),
    valid: completionBody,
    streamed: { ...completionBody, best_of: null, stream: true },
    answer: ({ prompt, n }) => ({
      object: "text_completion",
      choices: listOf(prompt).flatMap(() =>
        times(n, (index) => ({ index, text: " there was", finish_reason: "stop" })),
      ),
      usage: tokens(5, 4),
    }),
  },
  {
    resource: "/v1/embeddings",
    model: modelOf("embeddings", endpoints.server),
    valid: {
      model: name,
      input: ["a film", "a song"],
      encoding_format: "base64",
      dimensions: 2,
      stream: false,
      user: "u",
    },
    answer: ({ input, dimensions }) => ({
      object: "list",
      data: listOf(input).map((_, index) => ({
        object: "embedding",
        index,
        embedding: Array(Math.min(typeof dimensions === "number" ? dimensions : 2, 100)).fill(0.5),
      })),
      usage: { prompt_tokens: 5, total_tokens: 5 },
    }),
  },
  {
    resource: "/v1/audio/transcriptions",
    model: modelOf("transcription", endpoints.server),
    isForm: true,
    valid: {
      model: name,
      file: "a recording",
      response_format: "json",
      language: "en",
      prompt: "3",
      temperature: "0.2",
      stream: "false",
      "timestamp_granularities[]": "word",
    },
    answer: () => JSON.parse(transcriptionAnswer(new FormData()).body),
  },
  {
    resource: "/v1/images/generations",
    model: modelOf("image-generation", endpoints.server),
    valid: {
      model: name,
      prompt: "a map of nine doors",
      n: 2,
      size: "1024x1024",
      quality: "high",
      response_format: "b64_json",
      stream: false,
      user: "u",
    },
    answer: ({ n }) => ({ created: 1, data: times(n, () => ({ b64_json: "iVBORw0KGgo=" })) }),
  },
  {
    resource: "/v1/images/classifications",
    model: modelOf("image-classification", endpoints.sagemaker),
    valid: { model: name, image: png, top_k: 3 },
    answer: () => ({ predictions: [{ label: "seven", score: 0.9 }], usage: { images: 1 } }),
  },
  {
    resource: "/v1/moderations",
    model: modelOf("moderation", endpoints.server),
    valid: {
      model: name,
      input: [
        { type: "text", text: "a fight" },
        { type: "image_url", image_url: { url: png } },
      ],
    },
    answer: ({ input }) => ({
      id: "m",
      results: listOf(input)
        .map(() => ({ flagged: false }))
        .concat({ flagged: true }),
    }),
  },
  {
    resource: "/v1/models/{model}/predict",
    model: modelOf("prediction", endpoints.sagemaker),
    valid: { history: ["Nine Doors North"], candidates: ["Salt", "Fog"] },
    answer: (sent) => (isJsonObject(sent["usage"]) ? { usage: sent["usage"] } : { ranking: [1, 0] }),
  },
];
