import * as fc from "fast-check";
import { expect, test } from "vitest";
import { quantityKinds } from "../../../core/billing/quantities.ts";
import { rate } from "../../../core/billing/rate.ts";
import type { Price } from "../../../core/catalogue/price.ts";
import { priceId } from "../../../core/identifiers.ts";
import { add, picodollars } from "../../../core/money.ts";
import { sampleUlid } from "../../support/samples.ts";

const id = priceId(sampleUlid("1"));
const price: Price = { id, rates: { inputTokens: picodollars(3n), outputTokens: picodollars(7n) } };
const cachedPrice: Price = { id, rates: { ...price.rates, cachedInputTokens: picodollars(1n) } };

test.each([
  ["nothing", {}, price, 0n],
  ["input and output", { inputTokens: 10, outputTokens: 2 }, price, 44n],
  ["cached input without a rate of its own costs as much as input", { cachedInputTokens: 5 }, price, 15n],
  ["cached input at its own rate", { inputTokens: 1, cachedInputTokens: 5 }, cachedPrice, 8n],
  ["a kind that the price does not name", { images: 4, requests: 9 }, price, 0n],
])("%s", (_, quantities, at, expected) => expect(rate(quantities, at)).toBe(expected));

const counts = fc.record(Object.fromEntries(quantityKinds.map((kind) => [kind, fc.nat()])));
const prices = fc
  .record(
    Object.fromEntries(
      quantityKinds.map((kind) => [kind, fc.bigInt({ min: 0n, max: 10n ** 12n }).map(picodollars)]),
    ),
  )
  .map((rates): Price => ({ id, rates }));

test("two requests together cost what they cost one by one", () =>
  fc.assert(
    fc.property(counts, counts, prices, (left, right, at) => {
      const both = Object.fromEntries(
        quantityKinds.map((kind) => [kind, (left[kind] ?? 0) + (right[kind] ?? 0)]),
      );
      expect(rate(both, at)).toBe(add(rate(left, at), rate(right, at)));
    }),
  ));

test.each([-1, 0.5, Number.NaN])("%d is refused as a count, also of a kind that is not sold", (count) => {
  expect(() => rate({ outputTokens: count }, price)).toThrow("is a whole number");
  expect(() => rate({ images: count }, price)).toThrow("is a whole number");
});
