import { z } from "zod";
import type { Price } from "../../core/catalogue/price.ts";
import { divideExactly, parseDollars, type Money } from "../../core/money.ts";

const tokensPerQuotedPrice = 1_000_000n;

/** A decimal amount of dollars, as text: a JavaScript number has already lost what it cannot hold. */
const dollars = z
  .string({
    error: ({ input }) =>
      typeof input === "number"
        ? `is a number; write it as a string ("${input}"): money is exact`
        : undefined,
  })
  .transform((text, context): Money => {
    const amount = parseDollars(text);
    if (amount !== undefined) return amount;
    context.addIssue(
      `is "${text}", not an amount in dollars; write digits, with at most 12 of them after the dot ("0.0375")`,
    );
    return z.NEVER;
  });

/** Prices of tokens are quoted per million and kept per token, so they must divide without a rest. */
const dollarsPerMillionTokens = dollars.transform((amount, context): Money => {
  const perToken = divideExactly(amount, tokensPerQuotedPrice);
  if (perToken !== undefined) return perToken;
  context.addIssue(
    "is not a whole number of picodollars per token; write at most 6 digits after the dot, since money is never rounded",
  );
  return z.NEVER;
});

const requestRate = { perRequest: dollars.optional() };

/** What a model is sold for, by task: a rate without which work would be given away is not optional. */
export const chatPrice = z.strictObject({
  inputPerMillionTokens: dollarsPerMillionTokens,
  /** Left out: cached input costs what other input costs. */
  cachedInputPerMillionTokens: dollarsPerMillionTokens.optional(),
  outputPerMillionTokens: dollarsPerMillionTokens,
  perImage: dollars.optional(),
  ...requestRate,
});

export const embeddingsPrice = z.strictObject({
  inputPerMillionTokens: dollarsPerMillionTokens,
  ...requestRate,
});

export const imageClassificationPrice = z.strictObject({
  perImage: dollars,
  ...requestRate,
});

type DeclaredPrice = z.output<typeof chatPrice | typeof embeddingsPrice | typeof imageClassificationPrice>;

/** The declared amounts as the catalogue keeps them: per single unit, by kind. */
export const ratesOf = (price: DeclaredPrice): Price["rates"] => {
  const { perRequest } = price;
  return {
    ...("inputPerMillionTokens" in price && { inputTokens: price.inputPerMillionTokens }),
    ...("cachedInputPerMillionTokens" in price &&
      price.cachedInputPerMillionTokens !== undefined && {
        cachedInputTokens: price.cachedInputPerMillionTokens,
      }),
    ...("outputPerMillionTokens" in price && { outputTokens: price.outputPerMillionTokens }),
    ...("perImage" in price && price.perImage !== undefined && { images: price.perImage }),
    ...(perRequest !== undefined && { requests: perRequest }),
  };
};
