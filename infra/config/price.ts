import { z } from "zod";
import {
  type Price,
  type PricePolicies,
  abortPolicies,
  failurePolicies,
} from "../../core/catalogue/price.ts";
import { batchDiscountPercentDefault } from "../../core/catalogue/batch-rates.ts";
import { dollars, dollarsPerMillionCharacters, dollarsPerMillionTokens } from "./dollars.ts";
import { priceTerms, termMistakes } from "./price-terms.ts";

const discountMistake = "is not a discount; write whole percents from 0 to 99";

/** What every price may say besides its rates. */
const furtherFields = {
  perRequest: dollars.optional(),
  terms: priceTerms,
  /** Off every rate for the lines of batches. Left out: 50. */
  batchDiscountPercent: z
    .int({ error: discountMistake })
    .min(0, { error: discountMistake })
    .max(99, { error: discountMistake })
    .default(batchDiscountPercentDefault),
  /** A request that may cost more than these dollars is on record before its model starts. Left out: "0.05". */
  journalAbove: dollars.optional(),
};

/** What text is sold for: as with the others, a rate without which work would be given away is not optional. */
const textFields = z.strictObject({
  inputPerMillionTokens: dollarsPerMillionTokens,
  /** Left out: cached input costs what other input costs. */
  cachedInputPerMillionTokens: dollarsPerMillionTokens.optional(),
  outputPerMillionTokens: dollarsPerMillionTokens,
  /** What a client that hangs up pays. Left out: what was delivered until then. */
  onAbort: z.enum(abortPolicies).optional(),
  /** What is paid for an answer that the model breaks off. Left out: what was delivered until then. */
  onFailure: z.enum(failurePolicies).optional(),
  ...furtherFields,
});

const chatFields = textFields.extend({ perImage: dollars.optional() });

const embeddingsFields = z.strictObject({
  inputPerMillionTokens: dollarsPerMillionTokens,
  ...furtherFields,
});

const imageFields = z.strictObject({
  perImage: dollars,
  ...furtherFields,
});

const transcriptionFields = z.strictObject({ perAudioSecond: dollars, ...furtherFields });

/** In the unit that it is sold by; the others are optional, but one there must be. */
const moderationFields = z.strictObject({
  inputPerMillionTokens: dollarsPerMillionTokens.optional(),
  perMillionCharacters: dollarsPerMillionCharacters.optional(),
  perImage: dollars.optional(),
  ...furtherFields,
});

type ModerationFields = z.output<typeof moderationFields>;

const moderationUnits = ["inputPerMillionTokens", "perMillionCharacters", "perRequest"] as const;

const checkUnits = (price: ModerationFields, context: z.core.$RefinementCtx<ModerationFields>): void => {
  if (moderationUnits.every((unit) => price[unit] === undefined))
    context.addIssue(
      `has no unit that moderation is metered in; write at least one of ${moderationUnits.join(", ")}`,
    );
};

const predictionFields = z.strictObject({ ...furtherFields, perRequest: dollars });

type DeclaredPrice = z.output<
  | typeof textFields
  | typeof chatFields
  | typeof embeddingsFields
  | typeof transcriptionFields
  | typeof imageFields
  | typeof moderationFields
  | typeof predictionFields
>;

/** The declared amounts as the catalogue keeps them: per single unit, by kind. */
export const ratesOf = (price: DeclaredPrice): Price["rates"] => {
  const { perRequest } = price;
  return {
    ...("inputPerMillionTokens" in price &&
      price.inputPerMillionTokens !== undefined && { inputTokens: price.inputPerMillionTokens }),
    ...("cachedInputPerMillionTokens" in price &&
      price.cachedInputPerMillionTokens !== undefined && {
        cachedInputTokens: price.cachedInputPerMillionTokens,
      }),
    ...("outputPerMillionTokens" in price && { outputTokens: price.outputPerMillionTokens }),
    ...("perImage" in price && price.perImage !== undefined && { images: price.perImage }),
    ...("perAudioSecond" in price && { audioSeconds: price.perAudioSecond }),
    ...("perMillionCharacters" in price &&
      price.perMillionCharacters !== undefined && { characters: price.perMillionCharacters }),
    ...(perRequest !== undefined && { requests: perRequest }),
  };
};

/** What the price says of requests that are not answered to their end, as far as it says anything. */
export const policiesOf = (price: DeclaredPrice): PricePolicies => ({
  ...("onAbort" in price && price.onAbort !== undefined && { onAbort: price.onAbort }),
  ...("onFailure" in price && price.onFailure !== undefined && { onFailure: price.onFailure }),
  ...(price.journalAbove !== undefined && { journalAbove: price.journalAbove }),
});

/** Terms are looked at once all rates are well-formed: whether they make sense depends on these. */
const checkTerms = (price: DeclaredPrice, context: z.core.$RefinementCtx<DeclaredPrice>): void => {
  for (const { path, message } of termMistakes(ratesOf(price), price.terms))
    context.addIssue({ code: "custom", path: ["terms", ...path], message: `is refused: ${message}` });
};

export const chatPrice = chatFields.superRefine(checkTerms);
export const completionPrice = textFields.superRefine(checkTerms);
export const embeddingsPrice = embeddingsFields.superRefine(checkTerms);
export const transcriptionPrice = transcriptionFields.superRefine(checkTerms);
/** Sold by the image, whether it is looked at or made. */
export const imagePrice = imageFields.superRefine(checkTerms);
export const moderationPrice = moderationFields.superRefine(checkUnits).superRefine(checkTerms);
export const predictionPrice = predictionFields.superRefine(checkTerms);
