import { z } from "zod";
import type { ModelLimits } from "../../core/catalogue/model.ts";
import { streamSecondsMax } from "../../functions/contract.ts";
import { wholeNumber } from "./whole-number.ts";

const requestSeconds = wholeNumber.max(streamSecondsMax, {
  error: `is more than ${streamSecondsMax}: SageMaker ends every answer after ${streamSecondsMax / 60} minutes`,
});

const chatDefaults = {
  contextTokens: 8192,
  outputTokens: 4096,
  outputTokensDefault: 1024,
  requestSeconds: 300,
};

type TokenLimits = {
  readonly contextTokens: number;
  readonly outputTokens?: number | undefined;
  readonly outputTokensDefault?: number | undefined;
};

const ascending = (
  { contextTokens, outputTokens, outputTokensDefault }: TokenLimits,
  context: z.core.$RefinementCtx<TokenLimits>,
): void => {
  const refuseAbove = (field: keyof TokenLimits, value: unknown, bound: unknown): void => {
    // Comes here beside malformed limits too, so that every mistake is reported at once: only numbers compare.
    if (typeof value === "number" && typeof bound === "number" && value > bound)
      context.addIssue({
        code: "custom",
        path: [field],
        message: `is ${value}, more than the limit above it (${bound})`,
      });
  };
  refuseAbove("outputTokens", outputTokens, contextTokens);
  refuseAbove("outputTokensDefault", outputTokensDefault, outputTokens ?? contextTokens);
};

/** A default gives way to a smaller limit that was written: `contextTokens: 512` alone means 512 tokens of output at most. */
const tokenLimits = (defaults: typeof chatDefaults) =>
  z
    .strictObject({
      contextTokens: wholeNumber.default(defaults.contextTokens),
      outputTokens: wholeNumber.optional(),
      outputTokensDefault: wholeNumber.optional(),
      requestSeconds: requestSeconds.default(defaults.requestSeconds),
    })
    .superRefine(ascending, { when: () => true })
    .transform((limits) => {
      const outputTokens = limits.outputTokens ?? Math.min(defaults.outputTokens, limits.contextTokens);
      const outputTokensDefault =
        limits.outputTokensDefault ?? Math.min(defaults.outputTokensDefault, outputTokens);
      return { ...limits, outputTokens, outputTokensDefault };
    })
    .prefault({});

export const chatLimits = tokenLimits(chatDefaults);

/** A completion that does not say how long it may be is 16 tokens long at OpenAI, and at the servers that follow it. */
export const completionLimits = tokenLimits({ ...chatDefaults, outputTokensDefault: 16 });

export const embeddingsLimits = z
  .strictObject({ contextTokens: wholeNumber.default(512), requestSeconds: requestSeconds.default(30) })
  .prefault({});

export const imageClassificationLimits = z
  .strictObject({
    /** In one request, for servers that take several and say in `usage.images` how many there were. */
    images: wholeNumber.default(1),
    requestSeconds: requestSeconds.default(30),
  })
  .prefault({});

export const transcriptionLimits = z
  .strictObject({
    /** Of one recording. What may be longer is held at this, so that a tight limit keeps holds small. */
    audioSeconds: wholeNumber.default(1500),
    requestSeconds: requestSeconds.default(120),
  })
  .prefault({});

export const imageGenerationLimits = z
  .strictObject({ images: wholeNumber.default(10), requestSeconds: requestSeconds.default(120) })
  .prefault({});

export const predictionLimits = z.strictObject({ requestSeconds: requestSeconds.default(30) }).prefault({});

type DeclaredLimits = z.output<
  | typeof chatLimits
  | typeof embeddingsLimits
  | typeof transcriptionLimits
  | typeof imageClassificationLimits
  | typeof predictionLimits
>;

/** Limits as the catalogue keeps them; what a task does not have is zero. */
export const limitsOf = (limits: DeclaredLimits): ModelLimits => ({
  contextTokensMax: "contextTokens" in limits ? limits.contextTokens : 0,
  outputTokensMax: "outputTokens" in limits ? limits.outputTokens : 0,
  outputTokensDefault: "outputTokens" in limits ? limits.outputTokensDefault : 0,
  ...("images" in limits && { imagesMax: limits.images }),
  ...("audioSeconds" in limits && { audioSecondsMax: limits.audioSeconds }),
  requestMsMax: limits.requestSeconds * 1000,
});
