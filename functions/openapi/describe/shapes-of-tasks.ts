import * as z from "zod";

/** What models of the tasks beside chat and embeddings answer, which may have more members. */

const priced = z.looseObject({ cost: z.number().describe("Dollars, exact in the JSON text.") });

export const eventStreamShape = z
  .string()
  .describe("Server-sent events: `data: <chunk>` as they are generated, and `data: [DONE]` at the end.");

export const textCompletionShape = z.looseObject({
  id: z.string(),
  object: z.literal("text_completion"),
  choices: z.array(z.looseObject({ index: z.int(), text: z.string() })),
  usage: priced,
});

export const transcriptShape = z.looseObject({ text: z.string(), usage: priced });

export const imagesShape = z.looseObject({
  data: z.array(z.looseObject({ b64_json: z.string() })),
  usage: priced,
});

export const classificationShape = z.looseObject({
  predictions: z.array(z.looseObject({ label: z.string() })),
  usage: priced,
});

export const moderationShape = z.looseObject({
  results: z.array(z.looseObject({ flagged: z.boolean() })),
});
