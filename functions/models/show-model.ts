import type { Model } from "../../core/catalogue/model.ts";
import { abortPolicyOf, failurePolicyOf } from "../../core/catalogue/price.ts";
import { formatDollars } from "../../core/money.ts";

/** OpenAI's model object, with what else a customer wants to know before calling it. Prices are exact decimal dollars per unit. */
export const showModel = (model: Model) => ({
  id: model.name,
  object: "model",
  created: model.createdSeconds,
  owned_by: "farebox",
  version: model.version,
  artifact_digest: model.artifactDigest ?? null,
  task: model.task,
  description: model.description,
  context_length: model.limits.contextTokensMax,
  max_output_tokens: model.limits.outputTokensMax,
  pricing: model.price
    ? {
        id: model.price.id,
        currency: "USD",
        per_unit: showRates(model.price.rates),
        on_abort: abortPolicyOf(model.price),
        on_failure: failurePolicyOf(model.price),
      }
    : null,
});

/** `inputTokens` becomes `input_tokens`, as the rest of the API is spelled. */
const showRates = (rates: NonNullable<Model["price"]>["rates"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(rates).map(([kind, amount]) => [
      kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      formatDollars(amount),
    ]),
  );
