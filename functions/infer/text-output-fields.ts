import * as z from "zod";

/** More would let one small request hold a model for long. */
export const choicesMax = 8;

/** How an answer is to arrive. OpenAI accepts null for "not set". */
export const streaming = {
  stream: z.boolean().nullish(),
  stream_options: z
    .looseObject({ include_usage: z.boolean().nullish(), continuous_usage_stats: z.boolean().nullish() })
    .nullish(),
};

const penalty = z.number().min(-2).max(2).nullish();

/** How the model is to choose its words. */
export const sampling = {
  n: z.int().min(1).max(choicesMax).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  seed: z.int().nullish(),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  user: z.string().nullish(),
};
