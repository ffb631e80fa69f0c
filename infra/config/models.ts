import { z } from "zod";
import { endpointName } from "../endpoint-name.ts";
import { modelSchema } from "./model.ts";

/** Two models may not meet in one endpoint either, where a dot is a dash. */
const identity = (model: unknown): string | undefined =>
  typeof model === "object" && model !== null && "name" in model && typeof model.name === "string"
    ? endpointName("", model.name)
    : undefined;

const distinct = (models: readonly unknown[], context: z.core.$RefinementCtx): void => {
  const identities = models.map(identity);
  identities.forEach((name, index) => {
    const first = identities.indexOf(name);
    if (name !== undefined && first < index)
      context.addIssue({
        code: "custom",
        path: [index, "name"],
        message: `is the name of models[${first}]; names are unique, and a dot counts as a dash`,
      });
  });
};

export const modelsSchema = z
  .array(modelSchema)
  .min(1, { error: "is empty; write at least one model" })
  .superRefine(distinct, { when: ({ value }) => Array.isArray(value) });
