import { expect, test } from "vitest";
import {
  type DeclaredPrice,
  readDeclaredPrice,
  readQuotedRate,
} from "../../../core/catalogue/declared-price.ts";
import { quantityKinds } from "../../../core/billing/quantities.ts";
import { priceId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { at } from "../../support/billing-samples.ts";
import { sampleUlid } from "../../support/samples.ts";

const declared: DeclaredPrice = {
  id: priceId(sampleUlid("PRC")),
  model: "sample-chat",
  currency: "USD",
  from: at("2026-01-01T00:00:00Z"),
  rates: { inputTokens: { dollars: "0.0375", per: 1_000_000 } },
  terms: [],
};

test("a declared price is kept per single unit, exactly", () =>
  expect(readDeclaredPrice(declared)).toMatchObject({
    ok: true,
    value: { currency: "USD", price: { rates: { inputTokens: picodollars(37_500n) } } },
  }));

test("every kind of usage can be sold", () => {
  const rates = Object.fromEntries(quantityKinds.map((kind) => [kind, { dollars: "1", per: 1 }]));
  const read = readDeclaredPrice({ ...declared, rates });
  expect(read.ok && Object.keys(read.value.price.rates)).toEqual([...quantityKinds]);
});

test.each([
  ["a negative amount", "-1", 1, "amount_malformed"],
  ["a huge amount", "1000000000000", 1, "amount_malformed"],
  ["a float's digits", "25.000000000000004", 1, "amount_malformed"],
  ["an exponent", "1e-6", 1, "amount_malformed"],
  ["nothing", "", 1, "amount_malformed"],
  ["a third of a picodollar", "0.000000000001", 3, "amount_not_exact"],
  ["an amount per million that is too fine", "0.0000001", 1_000_000, "amount_not_exact"],
  ["an amount per nothing", "1", 0, "amount_malformed"],
  ["an amount per a negative count", "1", -1, "amount_malformed"],
  ["an amount per a fraction", "1", 0.5, "amount_malformed"],
])("a rate is refused for %s", (_, dollars, per, code) =>
  expect(readQuotedRate({ dollars, per })).toMatchObject({ ok: false, faults: [{ code }] }),
);

test.each(["EUR", "usd", "", "US"])("the currency %j is refused", (currency) =>
  expect(readDeclaredPrice({ ...declared, currency })).toMatchObject({
    ok: false,
    faults: [{ code: "unknown_currency" }],
  }),
);

test("a free price is a price: zero is an amount, an absent rate is not", () =>
  expect(readQuotedRate({ dollars: "0", per: 1 })).toEqual({ ok: true, value: 0n }));

test("all that is wrong is told at once", () =>
  expect(
    readDeclaredPrice({
      ...declared,
      currency: "EUR",
      rates: { tokens: { dollars: "1", per: 1 }, images: { dollars: "x", per: 1 } },
    }),
  ).toMatchObject({
    faults: [{ code: "unknown_currency" }, { code: "unknown_kind" }, { code: "amount_malformed" }],
  }));
