import * as fc from "fast-check";
import { expect, test } from "vitest";
import { base62 } from "../../../core/access/base62.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const read = (text: string): bigint =>
  Array.from(text).reduce((value, digit) => value * 62n + BigInt(digits.indexOf(digit)), 0n);

test("a number written in base 62 reads back, at the length asked for", () =>
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
      const text = base62(value, 43);
      expect(text).toHaveLength(43);
      expect(read(text)).toBe(value);
    }),
  ));

test("a number that does not fit is refused, not cut", () => {
  expect(base62(62n ** 6n - 1n, 6)).toBe("zzzzzz");
  expect(() => base62(62n ** 6n, 6)).toThrow("does not fit into 6");
});
