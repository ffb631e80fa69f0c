import type { Model } from "../../core/catalogue/model.ts";
import { pinOf } from "../../core/catalogue/model-name.ts";
import { abortPolicyOf, failurePolicyOf } from "../../core/catalogue/price.ts";
import { formatDollars } from "../../core/money.ts";
import type { EpochMs } from "../../core/time.ts";

/** OpenAI's model object, with what else a customer wants to know before calling it. Prices are exact decimal dollars per unit. */
export const showModel = (model: Model) => ({
  id: idOf(model),
  object: "model",
  created: model.createdSeconds,
  owned_by: "farebox",
  version: model.version,
  pin: pinOf(model),
  artifact_digest: model.artifactDigest ?? null,
  task: model.task,
  description: model.description,
  deprecated: model.deprecated
    ? {
        at: seconds(model.deprecated.at),
        sunset: seconds(model.deprecated.sunset),
        successor: model.deprecated.successor,
      }
    : null,
  context_length: model.limits.contextTokensMax,
  max_output_tokens: model.limits.outputTokensMax,
  pricing: model.price
    ? {
        id: model.price.id,
        currency: "USD",
        per_unit: showRates(model.price.rates),
        on_abort: abortPolicyOf(model.price),
        on_failure: failurePolicyOf(model.price),
        batch: model.batchPrice
          ? { id: model.batchPrice.id, per_unit: showRates(model.batchPrice.rates) }
          : null,
      }
    : null,
});

/** A bare name where that means this version. */
const idOf = (model: Model): string => (model.pinnedOnly ? pinOf(model) : model.name);

const seconds = (instant: EpochMs): number => Math.floor(instant / 1000);

/** `inputTokens` becomes `input_tokens`, as the rest of the API is spelled. */
const showRates = (rates: NonNullable<Model["price"]>["rates"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(rates).map(([kind, amount]) => [
      kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      formatDollars(amount),
    ]),
  );
