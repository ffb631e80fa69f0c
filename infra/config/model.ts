import { z } from "zod";
import type { Deprecation } from "../../core/catalogue/deprecation.ts";
import type { ModelLimits, UsageReporting } from "../../core/catalogue/model.ts";
import type { Price, PricePolicies } from "../../core/catalogue/price.ts";
import type { PriceTerm } from "../../core/catalogue/price-term.ts";
import { tasks, type Task } from "../../core/catalogue/task.ts";
import { epochMs } from "../../core/time.ts";
import {
  chatLimits,
  completionLimits,
  embeddingsLimits,
  imageClassificationLimits,
  imageGenerationLimits,
  transcriptionLimits,
  limitsOf,
  predictionLimits,
} from "./limits.ts";
import {
  chatPrice,
  completionPrice,
  embeddingsPrice,
  imagePrice,
  moderationPrice,
  transcriptionPrice,
  predictionPrice,
  policiesOf,
  ratesOf,
} from "./price.ts";
import {
  checkSource,
  sourceFields,
  sources,
  sourceOf,
  type ModelSource,
  type SourceFields,
} from "./source.ts";

const day = z.iso.date({ error: 'is not a day; write one like "2026-11-20"' });

/** Days begin at midnight UTC. */
const deprecatedSchema = z
  .strictObject({
    at: day,
    /** From this day on requests are refused. */
    sunset: day,
    /** The model to call instead, as customers write it: "name" or "name@version". */
    successor: z.string(),
  })
  .refine(({ at, sunset }) => at <= sunset, { path: ["sunset"], error: "is before `at`" });

const nameCharactersMax = 30;
const versionCharactersMax = 11;

const fields = {
  /** What customers write in `model`. It becomes part of an endpoint's name, hence its length. */
  name: z
    .string()
    .max(nameCharactersMax)
    .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, {
      error: "is not a model name; write lower case letters, digits, dots and dashes",
    }),
  version: z
    .string()
    .max(versionCharactersMax)
    .regex(/^\d+\.\d+\.\d+$/, { error: 'is not a version; write one like "1.0.0"' }),
  /** Called as `name@version` only, while another version has the bare name. */
  pinnedOnly: z.boolean().optional(),
  deprecated: deprecatedSchema.optional(),
  description: z.string().min(1),
  /** Day of publication (UTC). It is written down, not read off a clock: the same config gives the same templates. */
  released: day.optional(),
  usage: z.enum(["running", "final"]).optional(),
  ...sourceFields,
};

/** Where not every source will do: OpenAI's API has no route for a task, or our CPU server does not know it. */
const sourcesOf: Readonly<Partial<Record<Task, readonly (keyof SourceFields)[]>>> = {
  completion: ["url", "container"],
  transcription: ["url", "container"],
  "image-generation": ["url", "container"],
  moderation: ["url", "container"],
  recommendation: ["artifact", "huggingFace", "container"],
  "image-classification": ["artifact", "huggingFace", "container"],
  prediction: ["container"],
};

type TaskFields = SourceFields & { readonly task: Task };

const checkTask = (fields: TaskFields, context: z.core.$RefinementCtx<TaskFields>): void => {
  const served = sourcesOf[fields.task] ?? sources;
  for (const field of sources)
    if (fields[field] !== undefined && !served.includes(field))
      context.addIssue({
        code: "custom",
        path: [field],
        message: `is no source for ${fields.task}; write ${served.join(" or ")}`,
      });
};

/** One model of farebox.config.ts; its task decides which rates and limits it has. */
export const modelSchema = z
  .discriminatedUnion(
    "task",
    [
      z.strictObject({ ...fields, task: z.literal("chat"), limits: chatLimits, price: chatPrice }),
      z.strictObject({
        ...fields,
        task: z.literal("completion"),
        limits: completionLimits,
        price: completionPrice,
      }),
      z.strictObject({
        ...fields,
        task: z.literal("embeddings"),
        limits: embeddingsLimits,
        price: embeddingsPrice,
      }),
      z.strictObject({
        ...fields,
        task: z.literal("image-classification"),
        limits: imageClassificationLimits,
        price: imagePrice,
      }),
      z.strictObject({
        ...fields,
        task: z.literal("transcription"),
        limits: transcriptionLimits,
        price: transcriptionPrice,
      }),
      z.strictObject({
        ...fields,
        task: z.literal("image-generation"),
        limits: imageGenerationLimits,
        price: imagePrice,
      }),
      z.strictObject({
        ...fields,
        task: z.literal("moderation"),
        limits: embeddingsLimits,
        price: moderationPrice,
      }),
      z.strictObject({
        ...fields,
        task: z.literal("recommendation"),
        limits: predictionLimits,
        price: predictionPrice,
      }),
      z.strictObject({
        ...fields,
        task: z.literal("prediction"),
        limits: predictionLimits,
        price: predictionPrice,
      }),
    ],
    {
      error: ({ input }) =>
        typeof input === "object" ? `is not a task; write one of ${tasks.join(", ")}` : undefined,
    },
  )
  .superRefine(checkTask, { when: ({ value }) => typeof value === "object" && value !== null })
  .superRefine(checkSource, { when: ({ value }) => typeof value === "object" && value !== null });

/** A model as the stacks and the catalogue read it: defaults filled in, money exact. */
export type ModelDeclaration = {
  readonly name: string;
  readonly version: string;
  readonly pinnedOnly?: true;
  readonly deprecated?: Deprecation;
  readonly task: Task;
  readonly description: string;
  readonly createdSeconds: number;
  readonly source: ModelSource;
  readonly limits: ModelLimits;
  readonly usage: UsageReporting;
  readonly rates: Price["rates"];
  readonly policies: PricePolicies;
  readonly batchDiscountPercent: number;
  /** What the price says of a month's quantities. */
  readonly terms: readonly PriceTerm[];
};

/** Our CPU server repeats usage in every chunk; of others we know only that OpenAI's API has it at the end. */
const usageDefault = {
  artifact: "running",
  "hugging-face": "running",
  container: "final",
  server: "final",
} as const satisfies Record<ModelSource["kind"], UsageReporting>;

const deprecationOf = ({ at, sunset, successor }: z.output<typeof deprecatedSchema>): Deprecation => ({
  at: epochMs(Date.parse(at)),
  sunset: epochMs(Date.parse(sunset)),
  successor,
});

export const declareModel = (model: z.output<typeof modelSchema>): ModelDeclaration => {
  const source = sourceOf(model.name, model);
  return {
    name: model.name,
    version: model.version,
    ...(model.pinnedOnly && { pinnedOnly: true }),
    ...(model.deprecated && { deprecated: deprecationOf(model.deprecated) }),
    task: model.task,
    description: model.description,
    createdSeconds: Date.parse(model.released ?? "1970-01-01") / 1000,
    source,
    limits: limitsOf(model.limits),
    usage: model.usage ?? usageDefault[source.kind],
    rates: ratesOf(model.price),
    policies: policiesOf(model.price),
    batchDiscountPercent: model.price.batchDiscountPercent,
    terms: model.price.terms,
  };
};
