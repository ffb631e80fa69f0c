import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { termCost } from "../../../../core/catalogue/price-term.ts";
import { commitShortfall } from "../../../../core/catalogue/price-shapes/minimum-commit.ts";
import { type Tier, tierFault } from "../../../../core/catalogue/price-shapes/tier.ts";
import { type Money, picodollars, times } from "../../../../core/money.ts";

const kind = "inputTokens";
const price = (amount: bigint): Money => picodollars(amount);
/** Up to 10 at 100 each, up to 30 at 70, then 20. */
const tiers: readonly Tier[] = [
  { upTo: 10, unitPrice: price(100n) },
  { upTo: 30, unitPrice: price(70n) },
  { unitPrice: price(20n) },
];

test.each([
  [0, 0n, 0n],
  [1, 100n, 100n],
  [9, 900n, 900n],
  [10, 1000n, 1000n],
  [11, 1070n, 770n],
  [29, 2330n, 2030n],
  [30, 2400n, 2100n],
  [31, 2420n, 620n],
])("%d units cost %s graduated and %s by volume", (quantity, graduated, volume) => {
  expect(termCost({ shape: "graduated", kind, tiers }, quantity, price(100n))).toBe(graduated);
  expect(termCost({ shape: "volume", kind, tiers }, quantity, price(100n))).toBe(volume);
});

test.each([
  [0, 0n],
  [1, 500n],
  [999, 500n],
  [1000, 500n],
  [1001, 1000n],
  [Number.MAX_SAFE_INTEGER, 9_007_199_254_741n * 500n],
])("%d units in packages of 1000 cost %s: one that was begun is paid whole", (quantity, expected) =>
  expect(
    termCost({ shape: "package", kind, units: 1000, packagePrice: price(500n) }, quantity, price(1n)),
  ).toBe(expected),
);

test.each([
  [0, 0n],
  [99, 0n],
  [100, 0n],
  [101, 7n],
])("of %d units, 100 are free", (quantity, expected) =>
  expect(termCost({ shape: "free-allowance", kind, units: 100 }, quantity, price(7n))).toBe(expected),
);

test.each([
  [0n, 1000n],
  [999n, 1n],
  [1000n, 0n],
  [1001n, 0n],
])("%s charged leaves %s of a commitment of 1000", (charged, expected) =>
  expect(commitShortfall({ shape: "minimum-commit", amount: price(1000n) }, price(charged))).toBe(expected),
);

const anyTiers = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 5 }),
    fc.array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 6, maxLength: 6 }),
  )
  .map(([bounds, prices]): readonly Tier[] => [
    ...bounds
      .sort((one, other) => one - other)
      .map((upTo, index) => ({ upTo, unitPrice: price(prices[index] ?? 0n) })),
    { unitPrice: price(prices[5] ?? 0n) },
  ]);
const quantities = fc.nat(2000);

describe("graduated tiers", () => {
  test("cost what their units cost one by one", () =>
    fc.assert(
      fc.property(anyTiers, fc.nat(200), (tiers, quantity) => {
        const unitPrice = (unit: number): bigint =>
          tiers.find(({ upTo }) => upTo === undefined || unit <= upTo)?.unitPrice ?? 0n;
        const expected = Array.from({ length: quantity }, (_, index) => unitPrice(index + 1)).reduce(
          (a, b) => a + b,
          0n,
        );
        expect(termCost({ shape: "graduated", kind, tiers }, quantity, price(1n))).toBe(expected);
      }),
    ));

  test("never make more units cheaper; neither do packages and allowances", () =>
    fc.assert(
      fc.property(anyTiers, quantities, quantities, (tiers, quantity, more) => {
        for (const term of [
          { shape: "graduated", kind, tiers },
          { shape: "package", kind, units: 7, packagePrice: price(3n) },
          { shape: "free-allowance", kind, units: 50 },
        ] as const) {
          expect(termCost(term, quantity + more, price(5n)) >= termCost(term, quantity, price(5n))).toBe(
            true,
          );
        }
      }),
    ));
});

test("volume tiers price all units alike", () =>
  fc.assert(
    fc.property(anyTiers, quantities, (tiers, quantity) => {
      const cost = termCost({ shape: "volume", kind, tiers }, quantity, price(1n));
      expect(tiers.map(({ unitPrice }) => times(unitPrice, quantity))).toContain(cost);
    }),
  ));

test("tiers at one price are the list price, in both readings", () =>
  fc.assert(
    fc.property(quantities, (quantity) => {
      const flat = tiers.map((tier) => ({ ...tier, unitPrice: price(9n) }));
      for (const shape of ["graduated", "volume"] as const)
        expect(termCost({ shape, kind, tiers: flat }, quantity, price(9n))).toBe(times(price(9n), quantity));
    }),
  ));

test.each([
  ["none at all", [], "no_tiers"],
  ["a last one that is closed", [{ upTo: 10, unitPrice: price(1n) }], "last_tier_closed"],
  ["an open one before the last", [{ unitPrice: price(1n) }, { unitPrice: price(2n) }], "tier_open"],
  ["one of no size", [{ upTo: 0, unitPrice: price(1n) }, { unitPrice: price(2n) }], "tier_empty"],
  ["one of negative size", [{ upTo: -5, unitPrice: price(1n) }, { unitPrice: price(2n) }], "tier_empty"],
  ["a fractional bound", [{ upTo: 1.5, unitPrice: price(1n) }, { unitPrice: price(2n) }], "tier_empty"],
  [
    "one that ends where the one before ends",
    [{ upTo: 5, unitPrice: price(1n) }, { upTo: 5, unitPrice: price(1n) }, { unitPrice: price(2n) }],
    "tier_empty",
  ],
  ["a negative price", [{ unitPrice: price(-1n) }], "amount_negative"],
])("tiers are refused with %s", (_, tiers, fault) => expect(tierFault(tiers)).toBe(fault));
