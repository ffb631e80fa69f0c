import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  discountRoundedUp,
  divideExactly,
  formatCents,
  formatDollars,
  isAbsurd,
  negate,
  parseDollars,
  picodollars,
  roundHalfEvenToCents,
  times,
  zero,
} from "../../core/money.ts";

const amounts = fc.bigInt({ min: 0n, max: 10n ** 24n - 1n }).map(picodollars);

test("an amount written as dollars reads back as the same amount", () =>
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(parseDollars(formatDollars(amount))).toBe(amount);
    }),
  ));

test("a written amount is plain decimal JSON without needless zeros", () =>
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(formatDollars(amount)).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
    }),
  ));

test.each([
  ["0", 0n],
  ["1", 1_000_000_000_000n],
  ["0.0000000375", 37_500n],
  ["0.000000000001", 1n],
  ["0.1", 100_000_000_000n],
  ["007.50", 7_500_000_000_000n],
  ["999999999999.999999999999", 10n ** 24n - 1n],
])("%s dollars are %s picodollars", (text, expected) => expect(parseDollars(text)).toBe(expected));

test.each([
  "",
  " 1",
  "1 ",
  "1\n",
  "+1",
  "-1",
  "1e3",
  "1,000",
  "1.",
  ".5",
  "NaN",
  "Infinity",
  "0x10",
  "1_000",
  "0.0000000000001",
  "1000000000000",
  "١",
  "1.5.0",
  "1n",
])("%j is not an amount of dollars", (text) => expect(parseDollars(text)).toBeUndefined());

test("a negative difference is written with its sign", () => {
  expect(formatDollars(picodollars(-37_500n))).toBe("-0.0000000375");
  expect(formatDollars(picodollars(-1_500_000_000_000n))).toBe("-1.5");
});

test("a million tokens at $0.0375 per million cost exactly $0.0375", () =>
  expect(times(picodollars(37_500n), 1_000_000)).toBe(parseDollars("0.0375")));

test("a quantity times a price equals adding the price that many times", () =>
  fc.assert(
    fc.property(amounts, fc.nat(50), (price, count) => {
      expect(times(price, count)).toBe(add(...Array.from({ length: count }, () => price)));
    }),
  ));

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("%d is refused as a quantity", (count) =>
  expect(() => times(picodollars(1n), count)).toThrow("a quantity is a whole number"),
);

test("adding nothing is zero", () => expect(add()).toBe(zero));

test("money is divided only where nothing is lost", () =>
  fc.assert(
    fc.property(amounts, fc.bigInt({ min: 1n, max: 10n ** 9n }), (amount, parts) => {
      const part = divideExactly(amount, parts);
      expect(part === undefined ? amount % parts !== 0n : part * parts === amount).toBe(true);
    }),
  ));

const cent = 10_000_000_000n;

test.each([
  ["0", 0n, 0n],
  ["below half", 4_999_999_999n, 0n],
  ["half, to the even cent below", 5_000_000_000n, 0n],
  ["above half", 5_000_000_001n, cent],
  ["half, to the even cent above", 15_000_000_000n, 2n * cent],
  ["half of a debit, to the even cent", -5_000_000_000n, 0n],
  ["half of a larger debit, to the even cent", -15_000_000_000n, -2n * cent],
  ["a debit above half", -5_000_000_001n, -cent],
  ["whole cents", 700n * cent, 700n * cent],
])("rounding to cents: %s", (_, amount, expected) =>
  expect(roundHalfEvenToCents(picodollars(amount))).toBe(expected),
);

test("rounding moves an amount by half a cent at most, and mirrors for debits", () =>
  fc.assert(
    fc.property(amounts, (amount) => {
      const rounded = roundHalfEvenToCents(amount);
      const moved = rounded - amount;
      expect(rounded % cent).toBe(0n);
      expect(moved <= cent / 2n && moved >= -cent / 2n).toBe(true);
      expect(roundHalfEvenToCents(negate(amount))).toBe(negate(rounded));
    }),
  ));

test.each([
  [0n, "0.00"],
  [1n, "0.01"],
  [-123_450n, "-1234.50"],
])("%s cents are written %s", (cents, text) => expect(formatCents(picodollars(cents * cent))).toBe(text));

test("what was not rounded is not written as cents", () =>
  expect(() => formatCents(picodollars(1n))).toThrow("not whole cents"));

test("a discount is exact or a picodollar short, and makes nothing free", () =>
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 18n), fc.integer({ min: 0, max: 99 }), (amount, percent) => {
      const discounted = discountRoundedUp(picodollars(amount), percent);
      const short = discounted * 100n - amount * BigInt(100 - percent);
      expect(short >= 0n && short < 100n).toBe(true);
      expect(discounted > 0n).toBe(amount > 0n);
    }),
  ));

test("an amount that no price can be is absurd, in both directions", () => {
  const largest = picodollars(10n ** 24n - 1n);
  expect([largest, negate(largest)].map(isAbsurd)).toEqual([false, false]);
  expect([picodollars(10n ** 24n), picodollars(-(10n ** 24n))].map(isAbsurd)).toEqual([true, true]);
});
