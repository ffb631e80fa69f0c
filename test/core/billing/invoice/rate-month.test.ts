import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { monthBounds } from "../../../../core/billing/invoice/billing-month.ts";
import type { Charge } from "../../../../core/billing/invoice/charge.ts";
import { outstandingCharges } from "../../../../core/billing/invoice/outstanding-charges.ts";
import { rateMonth } from "../../../../core/billing/invoice/rate-month.ts";
import type { UsageTotal } from "../../../../core/billing/usage-total.ts";
import { priceBook } from "../../../../core/catalogue/price-book.ts";
import type { PriceTerm } from "../../../../core/catalogue/price-term.ts";
import type { PriceVersion } from "../../../../core/catalogue/price-version.ts";
import { add, picodollars } from "../../../../core/money.ts";
import {
  at,
  dollars,
  month,
  sampleCustomer,
  samplePriceVersion,
  usageAt,
} from "../../../support/billing-samples.ts";

const january = month("2026-01");
const bounds = monthBounds(january, "UTC");
const rateWith = (versions: readonly PriceVersion[], totals: readonly UsageTotal[]): readonly Charge[] =>
  rateMonth(priceBook(versions), sampleCustomer, january, bounds, totals);
const sum = (charges: readonly Charge[]): bigint => add(...charges.map(({ amount }) => amount));
const summary = (charges: readonly Charge[]) =>
  charges.map(({ subject, amount }) => [subject.type, "kind" in subject ? subject.kind : "", amount]);

const plain = samplePriceVersion();
const withTerms = (...terms: readonly PriceTerm[]) => samplePriceVersion({ terms });
const counts = fc.record({
  inputTokens: fc.nat(5000),
  cachedInputTokens: fc.nat(5000),
  outputTokens: fc.nat(5000),
  images: fc.nat(50),
});

describe("at per-unit prices", () => {
  test("rating a merged usage equals the sum of rating its parts", () =>
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 6 }), (parts) => {
        const totals = parts.map((quantities) => usageAt(plain, quantities));
        expect(sum(rateWith([plain], totals))).toBe(
          add(...totals.map((total) => add(...rateWith([plain], [total]).map(({ amount }) => amount)))),
        );
      }),
    ));

  test("a month's lines add up to what its events cost, in any order", () =>
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 6 }), (parts) => {
        const totals = parts.map((quantities) => usageAt(plain, quantities));
        const charges = rateWith([plain], totals);
        expect(sum(charges)).toBe(add(...totals.map(({ cost }) => cost)));
        expect(rateWith([plain], totals.toReversed())).toEqual(charges);
      }),
    ));

  test("what ceilings spared is a line of its own, so that lines still add up to the events", () => {
    const total = { ...usageAt(plain, { inputTokens: 10 }), cost: picodollars(9_000_000n) };
    expect(summary(rateWith([plain], [total]))).toEqual([
      ["usage", "inputTokens", 10_000_000n],
      ["ceiling", "", -1_000_000n],
    ]);
  });
});

describe("terms", () => {
  const tiers = [{ upTo: 100, unitPrice: picodollars(1_000_000n) }, { unitPrice: picodollars(400_000n) }];

  test.each([
    ["graduated", { shape: "graduated", kind: "inputTokens", tiers }, 101, -600_000n],
    ["volume", { shape: "volume", kind: "inputTokens", tiers }, 101, -60_600_000n],
    ["free-allowance", { shape: "free-allowance", kind: "inputTokens", units: 50 }, 60, -50_000_000n],
    ["free-allowance", { shape: "free-allowance", kind: "inputTokens", units: 50 }, 20, -20_000_000n],
    [
      "package",
      { shape: "package", kind: "inputTokens", units: 100, packagePrice: picodollars(100_000_000n) },
      101,
      99_000_000n,
    ],
  ] as const)("%s is a line of its own beside the list price", (type, term, inputTokens, difference) => {
    const version = withTerms(term);
    expect(summary(rateWith([version], [usageAt(version, { inputTokens })]))).toEqual([
      ["usage", "inputTokens", BigInt(inputTokens) * 1_000_000n],
      [type, "inputTokens", difference],
    ]);
  });

  test("a term that changes nothing is no line", () => {
    const version = withTerms({ shape: "graduated", kind: "inputTokens", tiers });
    expect(rateWith([version], [usageAt(version, { inputTokens: 100 })])).toHaveLength(1);
  });

  test("a discount never takes more than was charged", () => {
    const version = withTerms({ shape: "free-allowance", kind: "inputTokens", units: 100 });
    const total = { ...usageAt(version, { inputTokens: 100 }), cost: picodollars(30_000_000n) };
    expect(sum(rateWith([version], [total]))).toBe(0n);
  });

  test("each price version has its own allowance", () => {
    const one = withTerms({ shape: "free-allowance", kind: "inputTokens", units: 10 });
    const other = {
      ...one,
      price: samplePriceVersion({ suffix: "2" }).price,
      from: at("2026-01-15T00:00:00Z"),
    };
    const totals = [usageAt(one, { inputTokens: 10 }), usageAt(other, { inputTokens: 10 })];
    expect(sum(rateWith([one, other], totals))).toBe(0n);
  });
});

describe("a minimum commitment", () => {
  const own = samplePriceVersion({
    suffix: "MY",
    customer: sampleCustomer,
    from: at("2026-01-20T00:00:00Z"),
    terms: [{ shape: "minimum-commit", amount: dollars("5") }],
  });

  test.each([
    ["is owed by who used nothing", [], 5_000_000_000_000n],
    [
      "is filled by usage at any of the model's prices",
      [usageAt(plain, { inputTokens: 1_000_000 }), usageAt(own, { outputTokens: 1_000_000 })],
      1_000_000_000_000n,
    ],
    ["costs nothing more once filled", [usageAt(own, { inputTokens: 5_000_000 })], undefined],
  ])("%s", (_, totals, expected) => {
    const commit = rateWith([plain, own], totals).find(({ subject }) => subject.type === "minimum-commit");
    expect(commit?.amount).toBe(expected);
  });

  test("is owed for months at whose end it is in force", () => {
    const over = { ...own, until: bounds.until };
    const early = { ...own, until: at("2026-01-31T23:59:59.999Z") };
    expect(rateWith([over], [])).toHaveLength(1);
    expect(rateWith([early], [])).toHaveLength(0);
  });
});

test("usage at a price that the book does not hold stops the rating: it must not be left out", () =>
  expect(() => rateWith([], [usageAt(plain, { inputTokens: 1 })])).toThrow("price book holds every price"));

test("usage billed late comes to what it would have cost in time, tiers and allowances included", () =>
  fc.assert(
    fc.property(fc.array(counts, { maxLength: 4 }), fc.array(counts, { maxLength: 4 }), (early, late) => {
      const version = withTerms(
        {
          shape: "graduated",
          kind: "inputTokens",
          tiers: [{ upTo: 4000, unitPrice: picodollars(9n) }, { unitPrice: picodollars(2n) }],
        },
        { shape: "free-allowance", kind: "images", units: 40 },
        {
          shape: "volume",
          kind: "outputTokens",
          tiers: [{ upTo: 6000, unitPrice: picodollars(7n) }, { unitPrice: picodollars(3n) }],
        },
      );
      const totals = (parts: typeof early) => parts.map((quantities) => usageAt(version, quantities));
      const billed = rateWith([version], totals(early));
      const owed = rateWith([version], totals([...early, ...late]));
      const outstanding = outstandingCharges(owed, billed);
      expect(sum(billed) + sum(outstanding)).toBe(sum(owed));
      expect(outstandingCharges(owed, [...billed, ...outstanding])).toEqual([]);
      expect(outstandingCharges(owed, [])).toEqual(owed);
    }),
  ));
