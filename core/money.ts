import { assert } from "./assert.ts";
import type { Brand } from "./brand.ts";

/**
 * An amount in picodollars (1e-12 USD), so that $0.0375 per million tokens is exactly 37,500 per token.
 * May be negative only as a difference; prices, holds and costs never are.
 */
export type Money = Brand<bigint, "picodollars">;

const picodollarsPerDollar = 1_000_000_000_000n;
const fractionDigits = 12;
const picodollarsPerCent = 10_000_000_000n;
const absurd = picodollarsPerDollar * 1_000_000_000_000n;

export const picodollars = (amount: bigint): Money => amount as Money;

export const zero = picodollars(0n);

export const add = (...amounts: readonly Money[]): Money =>
  picodollars(amounts.reduce<bigint>((sum, amount) => sum + amount, 0n));

export const negate = (amount: Money): Money => picodollars(0n - amount);

export const subtract = (amount: Money, taken: Money): Money => picodollars(amount - taken);

export const smaller = (one: Money, other: Money): Money => (one < other ? one : other);

export const larger = (one: Money, other: Money): Money => (one > other ? one : other);

/** More than any amount that `parseDollars` reads, in either direction: what is beyond it is a bug or an attack, not money. */
export const isAbsurd = (amount: Money): boolean => amount >= absurd || amount <= -absurd;

/** `count` units at `unitPrice` each; refuses fractional and negative counts, which only a bug can produce. */
export const times = (unitPrice: Money, count: number): Money => {
  assert(Number.isSafeInteger(count) && count >= 0, () => `a quantity is a whole number, not ${count}`);
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

/**
 * So many percent off, up to the next whole picodollar: nothing that has a price becomes free. Done once, when a price is
 * declared; what is billed by it is exact.
 */
export const discountRoundedUp = (amount: Money, percent: number): Money => {
  assert(Number.isInteger(percent) && percent >= 0 && percent <= 100, `${percent} is no whole percentage`);
  const left = amount * BigInt(100 - percent);
  return picodollars((left + 99n) / 100n);
};

/**
 * The nearest whole cent; a tie goes to the even cent, so that rounding favours neither side over many lines. The one
 * rounding there is: once per invoice line, and the difference is kept.
 */
export const roundHalfEvenToCents = (amount: Money): Money => {
  const above = ((amount % picodollarsPerCent) + picodollarsPerCent) % picodollarsPerCent;
  const below = amount - above;
  const isBelowEven = (below / picodollarsPerCent) % 2n === 0n;
  const twice = above * 2n;
  const goesDown = twice < picodollarsPerCent || (twice === picodollarsPerCent && isBelowEven);
  return picodollars(goesDown ? below : below + picodollarsPerCent);
};

/** Whole cents as dollars with exactly two decimals: "-1234.50". Refuses what is finer than a cent: it was not rounded. */
export const formatCents = (amount: Money): string => {
  assert(amount % picodollarsPerCent === 0n, `${formatDollars(amount)} is not whole cents`);
  const [dollars = "0", cents = ""] = formatDollars(amount).split(".");
  return `${dollars}.${cents.padEnd(2, "0")}`;
};
