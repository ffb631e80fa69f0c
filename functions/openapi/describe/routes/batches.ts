import * as z from "zod";
import {
  batchEndpoints,
  batchStates,
  completionHours,
  completionWindow,
} from "../../../../core/batches/batch.ts";
import { inputFaultCodes } from "../../../../core/batches/input-fault.ts";
import { linesMax } from "../../../../core/batches/survey-input.ts";
import type { Parameter, Route } from "../route.ts";

const epochSeconds = z.int().describe("Epoch seconds.");
const count = z.int().nonnegative();
const endpoint = z.enum(batchEndpoints);
const metadata = z.record(z.string().max(64), z.string().max(512));

const batchShape = z.strictObject({
  id: z.string(),
  object: z.literal("batch"),
  endpoint,
  errors: z
    .strictObject({
      object: z.literal("list"),
      data: z.array(
        z.strictObject({
          code: z.enum(inputFaultCodes),
          message: z.string(),
          line: count.nullable(),
          param: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe("What is wrong with the input of a batch that failed."),
  input_file_id: z.string(),
  completion_window: z.literal(completionWindow),
  status: z.enum(batchStates),
  output_file_id: z.string().nullable().describe("The answers, once the batch has ended."),
  error_file_id: z.string().nullable().describe("The lines that were not answered, and why."),
  created_at: epochSeconds,
  in_progress_at: epochSeconds.nullable(),
  expires_at: epochSeconds,
  finalizing_at: epochSeconds.nullable(),
  completed_at: epochSeconds.nullable(),
  failed_at: epochSeconds.nullable(),
  expired_at: epochSeconds.nullable(),
  cancelling_at: epochSeconds.nullable(),
  cancelled_at: epochSeconds.nullable(),
  request_counts: z.strictObject({ total: count, completed: count, failed: count }),
  metadata,
});

const batchListShape = z.strictObject({
  object: z.literal("list"),
  data: z.array(batchShape),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

const id: Parameter = {
  in: "path",
  name: "id",
  description: "A batch's id.",
  schema: z.string(),
  example: "$BATCH_ID",
};

const batch = {
  id: "batch_01M8A5N67THT5DXAHCXK6Q44P4",
  object: "batch",
  endpoint: "/v1/chat/completions",
  errors: null,
  input_file_id: "file_01M8A5N67THT5DXAHCXK6Q44P4",
  completion_window: completionWindow,
  status: "in_progress",
  output_file_id: null,
  error_file_id: null,
  created_at: 1795651200,
  in_progress_at: 1795651202,
  expires_at: 1795737600,
  finalizing_at: null,
  completed_at: null,
  failed_at: null,
  expired_at: null,
  cancelling_at: null,
  cancelled_at: null,
  request_counts: { total: 1000, completed: 350, failed: 0 },
  metadata: {},
};

const authorization = '-H "Authorization: Bearer $FAREBOX_API_KEY"';

export const batchRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/batches",
    id: "createBatch",
    group: "Batches",
    summary: "Run a file of requests",
    description: `Each line of the file is \`{"custom_id", "method": "POST", "url", "body"}\`, with the batch's endpoint as \`url\`; there may be ${linesMax.toLocaleString("en")}. They run within ${completionHours} hours at the model's batch price, which \`GET /v1/models\` says.`,
    request: {
      "application/json": {
        schema: z.strictObject({
          input_file_id: z.string(),
          endpoint,
          completion_window: z.literal(completionWindow),
          metadata: metadata.nullish(),
        }),
        example: {
          input_file_id: batch.input_file_id,
          endpoint: batch.endpoint,
          completion_window: completionWindow,
        },
      },
    },
    answers: [
      {
        status: 200,
        description: "The batch.",
        content: { "application/json": { schema: batchShape, example: batch } },
      },
    ],
    refusals: [
      "invalid_json",
      "invalid_request",
      "request_too_large",
      "unsupported_media_type",
      "scope_missing",
      "file_not_found",
      "file_not_ready",
    ],
    curl: [
      'curl "$FAREBOX_URL/batches"',
      authorization,
      '-H "Content-Type: application/json"',
      `-d '{"input_file_id":"'$FILE_ID'","endpoint":"/v1/chat/completions","completion_window":"24h"}'`,
    ].join(" \\\n  "),
  },
  {
    method: "get",
    path: "/v1/batches",
    id: "listBatches",
    group: "Batches",
    summary: "List batches, newest first",
    parameters: [
      {
        in: "query",
        name: "limit",
        description: "Batches of a page.",
        schema: z.int().min(1).max(100).default(20),
      },
      {
        in: "query",
        name: "after",
        description: "The last batch of the page before.",
        schema: z.string().optional(),
      },
    ],
    answers: [
      {
        status: 200,
        description: "A page of batches.",
        content: {
          "application/json": {
            schema: batchListShape,
            example: {
              object: "list",
              data: [batch],
              first_id: batch.id,
              last_id: batch.id,
              has_more: false,
            },
          },
        },
      },
    ],
    refusals: ["invalid_request", "scope_missing"],
  },
  {
    method: "get",
    path: "/v1/batches/{id}",
    id: "getBatch",
    group: "Batches",
    summary: "Show a batch",
    parameters: [id],
    answers: [
      {
        status: 200,
        description: "The batch.",
        content: { "application/json": { schema: batchShape, example: batch } },
      },
    ],
    refusals: ["scope_missing", "batch_not_found"],
  },
  {
    method: "post",
    path: "/v1/batches/{id}/cancel",
    id: "cancelBatch",
    group: "Batches",
    summary: "Cancel a batch",
    description:
      "Lines that have run are billed and in the output file; the others are in the error file. Cancelling again changes nothing.",
    parameters: [id],
    answers: [
      {
        status: 200,
        description: "The batch.",
        content: {
          "application/json": {
            schema: batchShape,
            example: { ...batch, status: "cancelling", cancelling_at: 1795654800 },
          },
        },
      },
    ],
    refusals: ["scope_missing", "batch_not_found", "batch_ended"],
    curl: ['curl -X POST "$FAREBOX_URL/batches/$BATCH_ID/cancel"', authorization].join(" \\\n  "),
  },
];
