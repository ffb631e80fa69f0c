import { assert } from "./assert.ts";
import type { Brand } from "./brand.ts";

/**
 * An amount in picodollars (1e-12 USD), so that $0.0375 per million tokens is exactly 37,500 per token.
 * May be negative only as a difference; prices, holds and costs never are.
 */
export type Money = Brand<bigint, "picodollars">;

const picodollarsPerDollar = 1_000_000_000_000n;
const fractionDigits = 12;

export const picodollars = (amount: bigint): Money => amount as Money;

export const zero = picodollars(0n);

export const add = (...amounts: readonly Money[]): Money =>
  picodollars(amounts.reduce<bigint>((sum, amount) => sum + amount, 0n));

/** `count` units at `unitPrice` each; refuses fractional and negative counts, which only a bug can produce. */
export const times = (unitPrice: Money, count: number): Money => {
  assert(Number.isSafeInteger(count) && count >= 0, `a quantity is a whole number, not ${count}`);
  return picodollars(unitPrice * BigInt(count));
};

/**
 * Reads a non-negative decimal amount of dollars ("0.0375"), at most 12 fraction digits.
 * `undefined` for anything else: signs, exponents, separators, NaN, too fine or absurdly large amounts.
 */
export const parseDollars = (text: string): Money | undefined => {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) return undefined;
  const [, dollars = "0", fraction = ""] = match;
  return picodollars(BigInt(dollars) * picodollarsPerDollar + BigInt(fraction.padEnd(fractionDigits, "0")));
};

/** The exact decimal amount in dollars, without trailing zeros: 37,500 picodollars is "0.0000000375". */
export const formatDollars = (amount: Money): string => {
  const sign = amount < 0n ? "-" : "";
  const magnitude = amount < 0n ? 0n - amount : amount;
  const fraction = (magnitude % picodollarsPerDollar)
    .toString()
    .padStart(fractionDigits, "0")
    .replace(/0+$/, "");
  return `${sign}${magnitude / picodollarsPerDollar}${fraction && `.${fraction}`}`;
};

/** `amount / parts` where it divides exactly, `undefined` where it does not: money is never cut. */
export const divideExactly = (amount: Money, parts: bigint): Money | undefined =>
  amount % parts === 0n ? picodollars(amount / parts) : undefined;
