import * as z from "zod";
import { tasks } from "../../../core/catalogue/task.ts";
import { abortPolicies, failurePolicies } from "../../../core/catalogue/price.ts";
import { outcomes, quantitySources } from "../../../core/billing/usage-event.ts";
import { usageIntervals } from "../../../core/billing/usage-query-interval.ts";
import { filePurposes } from "../../../core/files/file.ts";

/** What answers look like. Those that a model shapes may have more members; ours have exactly these. */

const dollars = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe("Exact decimal dollars.");
const epochSeconds = z.int().describe("Epoch seconds.");
const epochMs = z.int().describe("Epoch milliseconds.");
const count = z.int().nonnegative();

export const errorShape = z.strictObject({
  error: z.strictObject({
    message: z.string().describe("What happened and what to do."),
    type: z.string(),
    param: z.string().nullable().describe("The field at fault."),
    code: z.unknown().meta({ $ref: "#/components/schemas/ErrorCode" }),
  }),
});

const tokenUsage = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count.optional(),
  total_tokens: count,
  cost: z.number().describe("Dollars, exact in the JSON text."),
  estimated: z.boolean().optional().describe("`true`: the model did not say what it used."),
});

export const completionShape = z.looseObject({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.int(),
      message: z.looseObject({ role: z.literal("assistant"), content: z.string().nullish() }),
      finish_reason: z.string(),
    }),
  ),
  usage: tokenUsage,
});

export const responseShape = z.looseObject({
  id: z.string(),
  object: z.literal("response"),
  created_at: z.int(),
  model: z.string(),
  status: z.enum(["completed", "incomplete", "failed"]),
  output: z.array(z.looseObject({ type: z.string() })),
  usage: z.looseObject({ input_tokens: count, output_tokens: count, total_tokens: count, cost: z.number() }),
});

export const embeddingsShape = z.looseObject({
  object: z.literal("list"),
  model: z.string(),
  data: z.array(
    z.looseObject({
      object: z.literal("embedding"),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string()]).describe("Floats, or base64 of 32-bit floats."),
    }),
  ),
  usage: tokenUsage,
});

export const anyBytes = z.unknown().describe("Whatever the model takes or answers.");

export const modelShape = z.strictObject({
  id: z.string(),
  object: z.literal("model"),
  created: epochSeconds,
  owned_by: z.string(),
  version: z.string(),
  pin: z.string().describe("What to write in `model` for this version for good."),
  artifact_digest: z.string().nullable(),
  task: z.enum(tasks),
  description: z.string(),
  deprecated: z.strictObject({ at: epochSeconds, sunset: epochSeconds, successor: z.string() }).nullable(),
  context_length: count,
  max_output_tokens: count,
  pricing: z
    .strictObject({
      id: z.string(),
      currency: z.literal("USD"),
      per_unit: z.record(z.string(), dollars),
      on_abort: z.enum(abortPolicies),
      on_failure: z.enum(failurePolicies),
      batch: z
        .strictObject({ id: z.string(), per_unit: z.record(z.string(), dollars) })
        .nullable()
        .describe("What the lines of batches cost."),
    })
    .nullable(),
});

export const modelListShape = z.strictObject({ object: z.literal("list"), data: z.array(modelShape) });

export const generationShape = z.strictObject({
  id: z.string(),
  object: z.literal("generation"),
  model: z.string(),
  model_version: z.string(),
  artifact_digest: z.string().nullable(),
  key: z.string(),
  project: z.string().nullable(),
  region: z.string(),
  streamed: z.boolean(),
  outcome: z.enum(outcomes),
  failure: z.string().nullable(),
  policy: z.string().nullable(),
  waived: z.boolean(),
  batch: z.string().nullable().describe("The batch that it was a line of."),
  price: z.string(),
  usage_source: z.enum(quantitySources),
  admitted_at: epochMs,
  first_byte_at: epochMs.nullable(),
  ended_at: epochMs,
  usage: z.looseObject({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    cost: z.number(),
  }),
});

export const balanceShape = z.strictObject({
  object: z.literal("balance"),
  currency: z.literal("USD"),
  credited: dollars,
  spent: dollars,
  remaining: dollars,
  held: dollars.describe("Of what remains, held for requests in flight."),
});

const tally = {
  requests: count,
  completed: count.optional(),
  aborted: count.optional(),
  failed: count.optional(),
  waived: count,
  usage: z.record(z.string(), count),
  cost: z.number().describe("Dollars, exact in the JSON text."),
};

export const usageShape = z.strictObject({
  object: z.literal("list"),
  time_zone: z.string(),
  from: z.string(),
  to: z.string(),
  by: z.enum(usageIntervals),
  group: z.array(z.string()),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
  totals: z.strictObject(tally).optional().describe("On the first page."),
  data: z.array(
    z.strictObject({
      object: z.literal("usage"),
      start: z.string(),
      end: z.string(),
      model: z.string().optional(),
      key: z.string().optional(),
      ...tally,
    }),
  ),
});

const cents = z.string().regex(/^-?\d+\.\d{2}$/);

const invoiceHead = {
  id: z.string(),
  object: z.enum(["invoice", "statement"]),
  number: z.string(),
  status: z.string(),
  month: z.string(),
  date: z.string(),
  due_date: z.string(),
  currency: z.literal("USD"),
};

export const invoiceListShape = z.strictObject({
  object: z.literal("list"),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
  data: z.array(
    z.strictObject({
      ...invoiceHead,
      totals: z.strictObject({ total: cents, settled: cents, due: cents, credited: cents }),
    }),
  ),
});

const party = z.strictObject({
  name: z.string(),
  address: z.array(z.string()),
  tax_id: z.string().nullable(),
  email: z.string().nullable(),
});

export const invoiceShape = z.strictObject({
  ...invoiceHead,
  customer: z.string(),
  period: z.strictObject({ from: z.unknown(), until: z.unknown(), time_zone: z.string() }),
  seller: party,
  buyer: party,
  lines: z.array(
    z.strictObject({
      usage_month: z.string(),
      model: z.string().nullable(),
      price: z.string().nullable(),
      type: z.string(),
      kind: z.string().nullable(),
      description: z.string(),
      quantity: count.nullable(),
      unit_price: dollars.nullable(),
      amount_exact: dollars,
      amount: cents,
    }),
  ),
  totals: z.strictObject({
    usage: cents,
    adjustments: cents,
    total: cents,
    settled: cents,
    settled_exact: dollars,
    due: cents,
    credited: cents,
  }),
});

export const fileShape = z.strictObject({
  id: z.string(),
  object: z.literal("file"),
  bytes: count,
  created_at: epochSeconds,
  expires_at: epochSeconds,
  filename: z.string(),
  purpose: z.enum(filePurposes),
  status: z.enum(["pending", "processed", "error"]),
  status_details: z.string().optional(),
  upload: z
    .strictObject({
      method: z.literal("PUT"),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      expires_at: epochSeconds,
    })
    .optional()
    .describe("Of an announced file: where to put its bytes, with these headers."),
});

export const fileListShape = z.strictObject({
  object: z.literal("list"),
  data: z.array(fileShape),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

export const deletedFileShape = z.strictObject({
  id: z.string(),
  object: z.literal("file"),
  deleted: z.literal(true),
});

export const healthShape = z.strictObject({
  status: z.enum(["ok", "unavailable"]),
  region: z.string(),
  stage: z.string(),
});
