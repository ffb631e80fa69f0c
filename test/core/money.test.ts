import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  divideExactly,
  formatDollars,
  parseDollars,
  picodollars,
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
