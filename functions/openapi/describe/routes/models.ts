import * as z from "zod";
import type { Route } from "../route.ts";
import { generationShape, modelListShape, modelShape } from "../shapes.ts";

const model = {
  id: "tiny-chat",
  object: "model",
  created: 1795132800,
  owned_by: "farebox",
  version: "1.0.0",
  pin: "tiny-chat@1.0.0",
  artifact_digest: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  task: "chat",
  description: "Recommends invented films.",
  deprecated: null,
  context_length: 512,
  max_output_tokens: 256,
  pricing: {
    id: "prc_01M8A5N67THT5DXAHCXK6Q44P4",
    currency: "USD",
    per_unit: { input_tokens: "0.0000001", output_tokens: "0.0000004" },
    on_abort: "bill-delivered",
    on_failure: "bill-delivered",
    batch: {
      id: "prc_01M8A5N67THT5DXAHCXK6Q44P5",
      per_unit: { input_tokens: "0.00000005", output_tokens: "0.0000002" },
    },
  },
};

export const modelRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/models",
    id: "listModels",
    group: "Models",
    summary: "List the models that the key may call",
    description: "With their versions, limits and exact prices. A bare name is the version that it means.",
    answers: [
      {
        status: 200,
        description: "The models.",
        content: {
          "application/json": { schema: modelListShape, example: { object: "list", data: [model] } },
        },
      },
    ],
    refusals: [],
  },
  {
    method: "get",
    path: "/v1/models/{model}",
    id: "getModel",
    group: "Models",
    summary: "Show one model",
    parameters: [
      {
        in: "path",
        name: "model",
        description: "A model's name, or `name@version`.",
        schema: z.string(),
        example: "tiny-chat",
      },
    ],
    answers: [
      {
        status: 200,
        description: "The model.",
        content: { "application/json": { schema: modelShape, example: model } },
      },
    ],
    refusals: ["model_not_found"],
  },
  {
    method: "get",
    path: "/v1/generations/{id}",
    id: "getGeneration",
    group: "Models",
    summary: "Show what one request consumed and cost",
    parameters: [
      {
        in: "path",
        name: "id",
        description: "The `x-request-id` of an answer.",
        schema: z.string(),
        example: "$REQUEST_ID",
      },
    ],
    answers: [
      {
        status: 200,
        description: "The request.",
        content: {
          "application/json": {
            schema: generationShape,
            example: {
              id: "req_01M8A5N67THT5DXAHCXK6Q44P401M8A5N67THT5DXAHCXK6Q44P5",
              object: "generation",
              model: "tiny-chat",
              model_version: "1.0.0",
              artifact_digest: model.artifact_digest,
              key: "key_01M8A5N67THT5DXAHCXK6Q44P4",
              project: null,
              region: "us-east-1",
              streamed: false,
              outcome: "completed",
              failure: null,
              policy: null,
              waived: false,
              batch: null,
              price: model.pricing.id,
              usage_source: "reported",
              admitted_at: 1795651200000,
              first_byte_at: 1795651200350,
              ended_at: 1795651200362,
              usage: { prompt_tokens: 13, completion_tokens: 31, total_tokens: 44, cost: 0.0000137 },
            },
          },
        },
      },
    ],
    refusals: ["generation_not_found"],
  },
];
