import { z } from "zod";
import { divideExactly, parseDollars, type Money } from "../../core/money.ts";

const piecesPerQuotedPrice = 1_000_000n;

/** A decimal amount of dollars, as text: a JavaScript number has already lost what it cannot hold. */
export const dollars = z
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

/** What is quoted per million is kept per piece, so it must divide without a rest. */
const dollarsPerMillion = (piece: string) =>
  dollars.transform((amount, context): Money => {
    const perPiece = divideExactly(amount, piecesPerQuotedPrice);
    if (perPiece !== undefined) return perPiece;
    context.addIssue(
      `is not a whole number of picodollars per ${piece}; write at most 6 digits after the dot, since money is never rounded`,
    );
    return z.NEVER;
  });

export const dollarsPerMillionTokens = dollarsPerMillion("token");
export const dollarsPerMillionCharacters = dollarsPerMillion("character");
