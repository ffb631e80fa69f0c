import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chooseToken } from "../../models/server/chat/choose-token.ts";
import { seededRandom } from "../../models/server/chat/seeded-random.ts";

const logits = fc
  .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 })
  .map((values) => Float32Array.from(values));
const temperature = fc.double({ min: 0.05, max: 2, noNaN: true });
const topP = fc.double({ min: 0, max: 1, noNaN: true });
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** The textbook way: sort everything, keep from the top until the share is reached. */
const nucleusByFullSort = (scores: Float32Array, temperature: number, topP: number) => {
  const weights = Array.from(scores, (score) => Math.exp((score - Math.max(...scores)) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sorted = weights.map((weight, token) => ({ token, weight })).toSorted((a, b) => b.weight - a.weight);
  let mass = 0;
  const enough = sorted.findIndex(({ weight }) => (mass += weight) >= topP * total * (1 + 1e-9));
  const least = sorted[enough === -1 ? sorted.length - 1 : enough]?.weight ?? 0;
  // Tokens of equal weight at the edge are as good as each other.
  return new Set(sorted.filter(({ weight }) => weight >= least).map(({ token }) => token));
};

test("only tokens of the nucleus are drawn", () =>
  fc.assert(
    fc.property(logits, temperature, topP, draw, (logits, temperature, topP, draw) => {
      const token = chooseToken(logits, { temperature, topP }, () => draw);
      expect(nucleusByFullSort(logits, temperature, topP)).toContain(token);
    }),
  ));

test("top_p 0 always takes a likeliest token", () =>
  fc.assert(
    fc.property(logits, temperature, draw, (logits, temperature, draw) => {
      const token = chooseToken(logits, { temperature, topP: 0 }, () => draw);
      // Scores that differ by less than a float can tell have the same probability.
      expect(logits[token]).toBeCloseTo(Math.max(...logits), 10);
    }),
  ));

test("tokens come as often as their probability says", () => {
  const random = seededRandom(42);
  const scores = Float32Array.from([0.5, 0.3, 0.2].map(Math.log));
  const counts = [0, 0, 0];
  for (let draw = 0; draw < 10_000; draw += 1) {
    const token = chooseToken(scores, { temperature: 1, topP: 1 }, random);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  const shares = counts.map((count) => count / 10_000);
  [0.5, 0.3, 0.2].forEach((share, token) =>
    expect(Math.abs(share - (shares[token] ?? 0))).toBeLessThan(0.02),
  );
});

test("masked tokens are never drawn", () =>
  fc.assert(
    fc.property(draw, (draw) => {
      const scores = Float32Array.from([-Infinity, 1, -Infinity]);
      expect(chooseToken(scores, { temperature: 2, topP: 1 }, () => draw)).toBe(1);
    }),
  ));

test("a seed gives the same numbers again, and neighbouring seeds have nothing in common", () =>
  fc.assert(
    fc.property(fc.maxSafeInteger(), (seed) => {
      const numbers = (seed: number) => Array.from({ length: 8 }, seededRandom(seed));
      expect(numbers(seed)).toEqual(numbers(seed));
      expect(numbers(seed).filter((number) => numbers(seed - 1).includes(number))).toEqual([]);
      expect(numbers(seed).every((number) => number >= 0 && number < 1)).toBe(true);
    }),
  ));
