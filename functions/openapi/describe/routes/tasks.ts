import * as z from "zod";
import { completionRequestSchema } from "../../../infer/completion-request-schema.ts";
import { imageClassificationRequestSchema } from "../../../infer/image-classification-request-schema.ts";
import { imageGenerationRequestSchema } from "../../../infer/image-generation-request-schema.ts";
import { moderationRequestSchema } from "../../../infer/moderation-request-schema.ts";
import { transcriptionFormSchema } from "../../../infer/read-transcription.ts";
import { modelHeaderNames } from "../headers.ts";
import type { Route } from "../route.ts";
import {
  classificationShape,
  eventStreamShape,
  imagesShape,
  moderationShape,
  textCompletionShape,
  transcriptShape,
} from "../shapes-of-tasks.ts";
import { idempotencyKey, modelRefusals } from "./of-every-model.ts";

export const taskRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/completions",
    id: "createCompletion",
    group: "Inference",
    summary: "Continue texts",
    description: "OpenAI's completions, whole or streamed, for base models.",
    parameters: [idempotencyKey],
    request: {
      "application/json": {
        schema: completionRequestSchema,
        example: { model: "qwen3-8b-base", prompt: "Once upon a time", max_tokens: 32 },
      },
    },
    answers: [
      {
        status: 200,
        description: "The texts.",
        headers: modelHeaderNames,
        content: {
          "application/json": { schema: textCompletionShape },
          "text/event-stream": { schema: eventStreamShape },
        },
      },
    ],
    refusals: [...modelRefusals, "output_limit_exceeded", "context_length_exceeded"],
  },
  {
    method: "post",
    path: "/v1/audio/transcriptions",
    id: "createTranscription",
    group: "Inference",
    summary: "Write down a recording",
    description: "OpenAI's transcriptions, whole, metered in seconds.",
    parameters: [idempotencyKey],
    request: {
      "multipart/form-data": {
        schema: transcriptionFormSchema.extend({
          file: z.string().meta({ contentMediaType: "application/octet-stream" }),
        }),
      },
    },
    answers: [
      {
        status: 200,
        description: "The transcript, in the form that `response_format` asks for.",
        headers: [...modelHeaderNames, "x-farebox-cost"],
        content: { "application/json": { schema: transcriptShape }, "text/*": { schema: z.string() } },
      },
    ],
    refusals: modelRefusals,
    curl: `curl "$FAREBOX_URL/audio/transcriptions" \\
  -H "Authorization: Bearer $FAREBOX_API_KEY" \\
  -F model=whisper -F file=@"$RECORDING"`,
  },
  {
    method: "post",
    path: "/v1/images/generations",
    id: "createImage",
    group: "Inference",
    summary: "Make images",
    description: "OpenAI's image generation, metered in images. They come in the answer; none are stored.",
    parameters: [idempotencyKey],
    request: {
      "application/json": {
        schema: imageGenerationRequestSchema,
        example: { model: "flux", prompt: "a door to winter", size: "512x512" },
      },
    },
    answers: [
      {
        status: 200,
        description: "The images, in base64.",
        headers: modelHeaderNames,
        content: { "application/json": { schema: imagesShape } },
      },
    ],
    refusals: modelRefusals,
  },
  {
    method: "post",
    path: "/v1/images/classifications",
    id: "classifyImage",
    group: "Inference",
    summary: "Label an image",
    parameters: [idempotencyKey],
    request: { "application/json": { schema: imageClassificationRequestSchema } },
    answers: [
      {
        status: 200,
        description: "The likeliest labels.",
        headers: modelHeaderNames,
        content: { "application/json": { schema: classificationShape } },
      },
    ],
    refusals: modelRefusals,
    curl: `curl "$FAREBOX_URL/images/classifications" \\
  -H "Authorization: Bearer $FAREBOX_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "tiny-digits", "top_k": 3, "image": "'"$(base64 -w0 models/demo/samples/digit_7.png)"'"}'`,
  },
  {
    method: "post",
    path: "/v1/moderations",
    id: "createModeration",
    group: "Inference",
    summary: "Judge texts and images",
    parameters: [idempotencyKey],
    request: {
      "application/json": {
        schema: moderationRequestSchema,
        example: { model: "guard", input: ["a fight", "peace"] },
      },
    },
    answers: [
      {
        status: 200,
        description: "A verdict for each text, and for each list of parts.",
        headers: modelHeaderNames,
        content: { "application/json": { schema: moderationShape } },
      },
    ],
    refusals: modelRefusals,
  },
];
