import * as z from "zod";
import { bodyBytesMax } from "../../../contract.ts";
import { chatRequestSchema } from "../../../infer/chat-request-schema.ts";
import { embeddingsRequestSchema } from "../../../infer/embeddings-request-schema.ts";
import { responsesRequestSchema } from "../../../infer/responses-request-schema.ts";
import { modelHeaderNames } from "../headers.ts";
import type { Route } from "../route.ts";
import { anyBytes, completionShape, embeddingsShape, responseShape } from "../shapes.ts";
import { eventStreamShape } from "../shapes-of-tasks.ts";
import { idempotencyKey, modelRefusals } from "./of-every-model.ts";

/** What the validating schema makes a list of before it looks: JSON Schema has no words for that. */
const responsesInputForms = z.union([z.string().min(1), z.array(z.looseObject({})).min(1)]);

export const inferenceRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/chat/completions",
    id: "createChatCompletion",
    group: "Inference",
    summary: "Continue a conversation",
    description:
      "OpenAI's chat completions, whole or, with `stream: true`, as server-sent events. Fields that are not listed pass through to the model. A stream that fails midway ends with an error event.",
    parameters: [idempotencyKey],
    request: {
      "application/json": {
        schema: chatRequestSchema,
        example: {
          model: "tiny-chat",
          messages: [{ role: "user", content: "recommend me a fantasy movie" }],
        },
      },
    },
    answers: [
      {
        status: 200,
        description: "The model's answer.",
        headers: modelHeaderNames,
        content: {
          "application/json": {
            schema: completionShape,
            example: {
              id: "chatcmpl-1",
              object: "chat.completion",
              created: 1795651200,
              model: "tiny-chat",
              choices: [
                {
                  index: 0,
                  message: {
                    role: "assistant",
                    content: "Try Nine Doors North: a map maker opens a door to winter.",
                  },
                  finish_reason: "stop",
                },
              ],
              usage: { prompt_tokens: 13, completion_tokens: 31, total_tokens: 44, cost: 0.0000137 },
            },
          },
          "text/event-stream": { schema: eventStreamShape },
        },
      },
    ],
    refusals: [...modelRefusals, "output_limit_exceeded", "context_length_exceeded", "image_unavailable"],
  },
  {
    method: "post",
    path: "/v1/responses",
    id: "createResponse",
    group: "Inference",
    summary: "Continue a conversation in OpenAI's newer form",
    description:
      "OpenAI's Responses API on chat models, whole or, with `stream: true`, as its typed events. Nothing is stored: send the whole conversation as `input`.",
    parameters: [idempotencyKey],
    request: {
      "application/json": {
        schema: responsesRequestSchema.extend({ input: responsesInputForms }),
        example: { model: "tiny-chat", input: "recommend me a fantasy movie", store: false },
      },
    },
    answers: [
      {
        status: 200,
        description: "The model's answer.",
        headers: modelHeaderNames,
        content: {
          "application/json": { schema: responseShape },
          "text/event-stream": { schema: eventStreamShape },
        },
      },
    ],
    refusals: [...modelRefusals, "output_limit_exceeded", "context_length_exceeded", "image_unavailable"],
  },
  {
    method: "post",
    path: "/v1/embeddings",
    id: "createEmbeddings",
    group: "Inference",
    summary: "Turn texts into vectors",
    description: "OpenAI's embeddings, of a text, token ids, or a list of either.",
    parameters: [idempotencyKey],
    request: {
      "application/json": {
        schema: embeddingsRequestSchema,
        example: {
          model: "tiny-embed",
          input: ["a fantasy movie", "refund order 48213 please"],
          dimensions: 16,
        },
      },
    },
    answers: [
      {
        status: 200,
        description: "A vector for each input, in its order.",
        headers: modelHeaderNames,
        content: {
          "application/json": {
            schema: embeddingsShape,
            example: {
              object: "list",
              model: "tiny-embed",
              data: [{ object: "embedding", index: 0, embedding: [0.12, -0.4] }],
              usage: { prompt_tokens: 5, total_tokens: 5, cost: 0.0000001 },
            },
          },
        },
      },
    ],
    refusals: [...modelRefusals, "context_length_exceeded"],
  },
  {
    method: "post",
    path: "/v1/models/{model}/predict",
    id: "predict",
    group: "Inference",
    summary: "Send a model any payload",
    description: `For image classifiers and anything else in a container: up to ${bodyBytesMax / 1024 / 1024} MB, passed through as it is, and the model's answer back.`,
    parameters: [
      {
        in: "path",
        name: "model",
        description: "A model's name, or `name@version`.",
        schema: z.string(),
        example: "tiny-digits",
      },
      {
        in: "header",
        name: "Accept",
        description: "What the model may answer with; not `text/event-stream`.",
        schema: z.string().max(200).optional(),
      },
      idempotencyKey,
    ],
    request: {
      "application/json": { schema: anyBytes },
      "application/octet-stream": { schema: anyBytes },
      "image/*": { schema: anyBytes },
      "audio/*": { schema: anyBytes },
      "video/*": { schema: anyBytes },
      "text/*": { schema: anyBytes },
    },
    answers: [
      {
        status: 200,
        description: "The model's answer, in its own type.",
        headers: [...modelHeaderNames, "x-farebox-cost"],
        content: { "*/*": { schema: anyBytes } },
      },
    ],
    refusals: modelRefusals,
    curl: `curl "$FAREBOX_URL/models/tiny-digits/predict" \\
  -H "Authorization: Bearer $FAREBOX_API_KEY" \\
  -H "Content-Type: image/png" \\
  --data-binary @models/demo/samples/digit_7.png`,
  },
];
