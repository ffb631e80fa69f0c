import { describe, expect, test } from "vitest";
import { ownPricesAt, priceBook, priceFor } from "../../../core/catalogue/price-book.ts";
import type { PriceVersion } from "../../../core/catalogue/price-version.ts";
import { publishPrice } from "../../../core/catalogue/publish-price.ts";
import { customerId, priceId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { at, sampleCustomer, samplePriceVersion } from "../../support/billing-samples.ts";
import { sampleUlid } from "../../support/samples.ts";

const stranger = customerId(sampleUlid("STRANGER"));
const january = at("2026-01-01T00:00:00Z");
const march = at("2026-03-01T00:00:00Z");
const may = at("2026-05-01T00:00:00Z");
const idOf = (suffix: string) => priceId(sampleUlid(suffix));
const publish = (
  versions: readonly PriceVersion[],
  version: PriceVersion,
  now = at("2025-12-01T00:00:00Z"),
) => publishPrice(priceBook(versions), version, now);

describe("the price in force", () => {
  const book = priceBook([
    samplePriceVersion({ suffix: "B", from: march }),
    samplePriceVersion({ suffix: "A", from: january }),
    samplePriceVersion({ suffix: "C", from: march, until: may, customer: sampleCustomer }),
  ]);

  test.each([
    ["before the first version there is none", stranger, january - 1, undefined],
    ["a version starts at its first millisecond", stranger, january, idOf("A")],
    ["and runs until its successor starts", stranger, march - 1, idOf("A")],
    ["which is in force from then on", stranger, march, idOf("B")],
    ["a customer without own prices pays the list's", stranger, may - 1, idOf("B")],
    ["an own price comes first", sampleCustomer, march, idOf("C")],
    ["to its last millisecond", sampleCustomer, may - 1, idOf("C")],
    ["and then the list's is back", sampleCustomer, may, idOf("B")],
  ])("%s", (_, customer, instant, expected) =>
    expect(priceFor(book, "sample-chat", customer, at(new Date(instant).toISOString()))?.price.id).toBe(
      expected,
    ),
  );

  test("a model that nobody priced is not for sale", () =>
    expect(priceFor(book, "unknown", sampleCustomer, may)).toBeUndefined());

  test("own prices are the customer's only, and only while they are in force", () => {
    expect(ownPricesAt(book, sampleCustomer, march).map(({ price }) => price.id)).toEqual([idOf("C")]);
    expect(ownPricesAt(book, sampleCustomer, may)).toEqual([]);
    expect(ownPricesAt(book, stranger, march)).toEqual([]);
  });
});

describe("publishing", () => {
  const open = samplePriceVersion({ suffix: "A", from: january });
  const closed = samplePriceVersion({ suffix: "A", from: january, until: march });
  const own = { customer: sampleCustomer };

  test.each([
    [
      "after an open version, which then ends there",
      [open],
      samplePriceVersion({ suffix: "B", from: march }),
    ],
    ["exactly where a closed version ends", [closed], samplePriceVersion({ suffix: "B", from: march })],
    ["an own price beside the list's", [open], samplePriceVersion({ suffix: "B", from: january, ...own })],
    [
      "an own price long after another: the list's is in force between them",
      [{ ...closed, ...own }],
      samplePriceVersion({ suffix: "B", from: may, ...own }),
    ],
    ["the very same version again", [open], { ...open }],
  ])("takes %s", (_, versions, version) => expect(publish(versions, version)).toMatchObject({ ok: true }));

  test.each([
    ["overlap", [closed], samplePriceVersion({ suffix: "B", from: at("2026-02-28T23:59:59.999Z") })],
    ["overlap", [open], samplePriceVersion({ suffix: "B", from: january })],
    ["overlap", [{ ...closed, ...own }], samplePriceVersion({ suffix: "B", from: january, ...own })],
    ["gap", [closed], samplePriceVersion({ suffix: "B", from: at("2026-03-01T00:00:00.001Z") })],
    ["starts_in_the_past", [], samplePriceVersion({ from: at("2025-11-30T23:59:59.999Z") })],
    ["period_empty", [], samplePriceVersion({ from: march, until: march })],
    [
      "version_changed",
      [open],
      { ...open, price: { ...open.price, rates: { inputTokens: picodollars(1n) } } },
    ],
    ["nothing_sold", [], { ...open, price: { ...open.price, rates: {} } }],
    ["amount_negative", [], { ...open, price: { ...open.price, rates: { images: picodollars(-1n) } } }],
    ["amount_absurd", [], { ...open, price: { ...open.price, rates: { images: picodollars(10n ** 24n) } } }],
    [
      "tier_empty",
      [],
      {
        ...open,
        terms: [
          {
            shape: "volume",
            kind: "images",
            tiers: [{ upTo: 0, unitPrice: picodollars(1n) }, { unitPrice: picodollars(1n) }],
          },
        ],
      },
    ],
    [
      "package_empty",
      [],
      { ...open, terms: [{ shape: "package", kind: "images", units: 0, packagePrice: picodollars(1n) }] },
    ],
    ["allowance_empty", [], { ...open, terms: [{ shape: "free-allowance", kind: "images", units: 0.5 }] }],
    [
      "kind_without_rate",
      [],
      { ...open, terms: [{ shape: "free-allowance", kind: "gpuSeconds", units: 5 }] },
    ],
    ["commit_in_list_price", [], { ...open, terms: [{ shape: "minimum-commit", amount: picodollars(5n) }] }],
    ["commit_empty", [], { ...open, ...own, terms: [{ shape: "minimum-commit", amount: picodollars(0n) }] }],
    [
      "amount_negative",
      [],
      { ...open, ...own, terms: [{ shape: "minimum-commit", amount: picodollars(-1n) }] },
    ],
    [
      "terms_conflict",
      [],
      {
        ...open,
        terms: [
          { shape: "free-allowance", kind: "images", units: 5 },
          { shape: "package", kind: "images", units: 5, packagePrice: picodollars(1n) },
        ],
      },
    ],
  ] satisfies readonly [string, readonly PriceVersion[], PriceVersion][])(
    "refuses: %s",
    (code, versions, version) =>
      expect(publish(versions, version)).toMatchObject({ ok: false, faults: [{ code }] }),
  );

  test("a refused version leaves no trace, and a published one never changes what was in force before", () => {
    const before = publish([], open);
    expect(before.ok && priceFor(before.book, "sample-chat", stranger, january)?.price).toEqual(open.price);
    const after = publish([open], samplePriceVersion({ suffix: "B", from: march }));
    expect(after.ok && priceFor(after.book, "sample-chat", stranger, january)?.price).toEqual(open.price);
  });
});
