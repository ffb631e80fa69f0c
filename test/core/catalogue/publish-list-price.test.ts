import { describe, expect, test } from "vitest";
import { type ListPrice, publishListPrice } from "../../../core/catalogue/publish-list-price.ts";
import { loadPriceBook } from "../../../core/catalogue/price-versions.ts";
import { priceFor } from "../../../core/catalogue/price-book.ts";
import { priceId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { at, sampleCustomer, samplePriceVersion } from "../../support/billing-samples.ts";
import { memoryPriceVersions } from "../../support/memory-price-versions.ts";
import { sampleUlid } from "../../support/samples.ts";

const [monday, tuesday, wednesday, thursday] = ["05", "06", "07", "08"].map((day) =>
  at(`2026-01-${day}T00:00:00Z`),
) as [ReturnType<typeof at>, ReturnType<typeof at>, ReturnType<typeof at>, ReturnType<typeof at>];

const cheap: ListPrice = { ...samplePriceVersion({ suffix: "CHEAP" }), terms: [] };
const dear: ListPrice = {
  ...cheap,
  price: { id: priceId(sampleUlid("DEAR")), rates: { inputTokens: picodollars(5_000_000n) } },
};
const spareId = priceId(sampleUlid("SPARE"));
const newId = () => spareId;
const neverNew = () => {
  throw new Error("no id is needed");
};

const timelineOf = async (prices: ReturnType<typeof memoryPriceVersions>) =>
  (await prices.list()).map(({ price, from }) => [price.id, from]);

describe("a declared list price", () => {
  test("is in force from its publication on, under its own id", async () => {
    const prices = memoryPriceVersions();
    expect(await publishListPrice(prices, cheap, monday, neverNew)).toEqual({ ok: true, price: cheap.price });
    const book = await loadPriceBook(prices);
    expect(priceFor(book, cheap.model, sampleCustomer, monday)?.price).toEqual(cheap.price);
  });

  test("that is in force already is not published again", async () => {
    const prices = memoryPriceVersions();
    for (const day of [monday, tuesday, wednesday])
      expect(await publishListPrice(prices, cheap, day, neverNew)).toEqual({ ok: true, price: cheap.price });
    expect(await timelineOf(prices)).toEqual([[cheap.price.id, monday]]);
  });

  test("that only records progress from another amount on stays the version that it is, and takes effect", async () => {
    const prices = memoryPriceVersions();
    await publishListPrice(prices, cheap, monday, neverNew);
    const careful = { ...cheap, price: { ...cheap.price, journalAbove: picodollars(7n) } };
    expect(await publishListPrice(prices, careful, tuesday, neverNew)).toEqual({
      ok: true,
      price: careful.price,
    });
    expect(await timelineOf(prices)).toEqual([[cheap.price.id, monday]]);
  });

  test("that comes back is a new version by a new id, once", async () => {
    const prices = memoryPriceVersions();
    await publishListPrice(prices, cheap, monday, neverNew);
    await publishListPrice(prices, dear, tuesday, neverNew);
    const again = { ok: true, price: { ...cheap.price, id: spareId } };
    expect(await publishListPrice(prices, cheap, wednesday, newId)).toEqual(again);
    expect(await publishListPrice(prices, cheap, thursday, neverNew)).toEqual(again);
    expect(await timelineOf(prices)).toEqual([
      [cheap.price.id, monday],
      [dear.price.id, tuesday],
      [spareId, wednesday],
    ]);
    const book = await loadPriceBook(prices);
    expect(priceFor(book, cheap.model, sampleCustomer, tuesday)?.price.id).toBe(dear.price.id);
  });

  test("with other terms is another version", async () => {
    const prices = memoryPriceVersions();
    await publishListPrice(prices, cheap, monday, neverNew);
    const generous = {
      ...cheap,
      terms: [{ shape: "free-allowance", kind: "images", units: 5 }],
    } as const satisfies ListPrice;
    expect(await publishListPrice(prices, generous, tuesday, newId)).toMatchObject({
      price: { id: spareId },
    });
  });

  test("whose terms contradict themselves is refused with the reason, and nothing is published", async () => {
    const prices = memoryPriceVersions();
    const terms = [{ shape: "graduated", kind: "inputTokens", tiers: [] }] as const;
    expect(await publishListPrice(prices, { ...cheap, terms }, monday, neverNew)).toMatchObject({
      ok: false,
      faults: [{ code: "no_tiers" }],
    });
    expect(await prices.list()).toEqual([]);
  });
});
