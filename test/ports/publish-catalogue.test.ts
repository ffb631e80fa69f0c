import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchRates } from "../../core/catalogue/batch-rates.ts";
import { findModel, modelIndex } from "../../core/catalogue/find-model.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { pinOf } from "../../core/catalogue/model-name.ts";
import { priceId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { after, epochMs } from "../../core/time.ts";
import { modelDocuments } from "../../functions/adapters/dynamodb/model-documents.ts";
import { priceVersions } from "../../functions/adapters/dynamodb/price-versions.ts";
import {
  type CataloguePorts,
  publishCatalogue,
} from "../../functions/publish-catalogue/publish-catalogue.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryModelDocuments } from "../support/memory-model-documents.ts";
import { memoryPriceVersions } from "../support/memory-price-versions.ts";
import { sampleModel, sampleNow, sampleUlid } from "../support/samples.ts";

let database: TestDatabase;
let tables = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

/** A model whose price is its own, as an id made of what the price says is. */
const named = (name: string, inputRate = 100n): Model => ({
  ...sampleModel,
  name,
  price: {
    id: priceId(sampleUlid(`${name.toUpperCase()}${inputRate}`)),
    rates: { inputTokens: picodollars(inputRate), outputTokens: picodollars(1n) },
  },
});

const declared = (...models: readonly Model[]) => ({ models, terms: {} });

/** Each publication is a second after the one before it. */
const ticking = (stores: Pick<CataloguePorts, "documents" | "prices">): CataloguePorts => {
  let now = epochMs(sampleNow);
  let ids = 0;
  return {
    ...stores,
    clock: { now: () => (now = after(now, 1000)) },
    newPriceId: () => priceId(sampleUlid(`NEW${(ids += 1)}`)),
  };
};

const stateOf = async ({ documents, prices }: CataloguePorts) => ({
  models: (await documents.list()).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  versions: (await prices.list()).toSorted((one, other) => one.from - other.from),
});

describe.each<[string, () => Promise<CataloguePorts>]>([
  ["memory", async () => ticking({ documents: memoryModelDocuments(), prices: memoryPriceVersions() })],
  [
    "DynamoDB",
    async () => {
      const table = await database.createTable(`directory-${(tables += 1)}`);
      return ticking({
        documents: modelDocuments(database.dynamoDb, table),
        prices: priceVersions(database.dynamoDb, table),
      });
    },
  ],
])("publishing to a catalogue in %s", (_, open) => {
  test("twice equals once", async () => {
    const ports = await open();
    const catalogue = declared(named("a"), named("b"));
    expect(await publishCatalogue(ports, catalogue)).toEqual({ ok: true, stored: 2, removed: 0 });
    const once = await stateOf(ports);
    expect(await publishCatalogue(ports, catalogue)).toEqual({ ok: true, stored: 2, removed: 0 });
    expect(await stateOf(ports)).toEqual(once);
    expect(once.models).toEqual([named("a"), named("b")]);
  });

  test("removes what is no longer declared, and only that; its price stays on record", async () => {
    const ports = await open();
    await publishCatalogue(ports, declared(named("a"), named("b")));
    expect(await publishCatalogue(ports, declared(named("b"), named("c")))).toMatchObject({
      stored: 2,
      removed: 1,
    });
    const { models, versions } = await stateOf(ports);
    expect(models.map(({ name }) => name)).toEqual(["b", "c"]);
    expect(versions.map(({ model }) => model)).toEqual(["a", "b", "c"]);
  });

  test("requests are admitted at an id that the price book knows, also when a price comes back", async () => {
    const ports = await open();
    const ids: string[] = [];
    for (const rate of [100n, 200n, 100n, 100n]) {
      await publishCatalogue(ports, declared(named("a", rate)));
      const { models, versions } = await stateOf(ports);
      expect(versions.at(-1)).toMatchObject({ model: "a", price: models[0]?.price });
      expect(models[0]?.price?.rates.inputTokens).toBe(rate);
      ids.push(String(models[0]?.price?.id));
    }
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe(ids[2]);
  });

  test("a price's terms are on record, and changed ones are another version", async () => {
    const ports = await open();
    await publishCatalogue(ports, declared(named("a")));
    const terms = { a: [{ shape: "free-allowance", kind: "outputTokens", units: 5 }] } as const;
    await publishCatalogue(ports, { models: [named("a")], terms });
    const { versions } = await stateOf(ports);
    expect(versions.map((version) => version.terms)).toEqual([[], terms.a]);
  });

  test("what batches cost is on record beside the price, and changes by itself", async () => {
    const ports = await open();
    const withDiscount = (percent: number): Model => {
      const model = named("a");
      const { price } = model;
      const batchPrice = {
        id: priceId(sampleUlid(`BATCH${percent}`)),
        rates: batchRates(price?.rates ?? {}, percent),
      };
      return { ...model, batchPrice };
    };
    for (const percent of [50, 50, 20]) await publishCatalogue(ports, declared(withDiscount(percent)));
    const { models, versions } = await stateOf(ports);
    expect(models).toEqual([withDiscount(20)]);
    expect(versions.map(({ service, price }) => [service, price.rates.inputTokens])).toEqual([
      [undefined, 100n],
      ["batch", 50n],
      ["batch", 80n],
    ]);
  });

  test("a refused price leaves the catalogue as it was", async () => {
    const ports = await open();
    await publishCatalogue(ports, declared(named("a")));
    const before = await stateOf(ports);
    const terms = {
      b: [{ shape: "package", kind: "images", units: 5, packagePrice: picodollars(1n) }],
    } as const;
    expect(await publishCatalogue(ports, { models: [named("c"), named("b")], terms })).toMatchObject({
      ok: false,
      model: "b",
      faults: [{ code: "kind_without_rate" }],
    });
    expect((await stateOf(ports)).models).toEqual(before.models);
  });

  test("a bare name moves from version to version at one price, and the old one stays until it is withdrawn", async () => {
    const ports = await open();
    const one = named("a");
    const two = { ...one, version: "2" };
    const pinned = (model: Model): Model => ({ ...model, pinnedOnly: true });
    for (const [models, current] of [
      [[one, pinned(two)], "1"],
      [[pinned(one), two], "2"],
      [[two], "2"],
    ] as const) {
      await publishCatalogue(ports, declared(...models));
      const index = modelIndex((await stateOf(ports)).models);
      expect(findModel(index, "a").model?.version).toBe(current);
      expect(findModel(index, "a").versions.toSorted()).toEqual(models.map(pinOf));
    }
    expect((await stateOf(ports)).versions).toHaveLength(1);
  });

  test("a model without a price is known, and has none on record", async () => {
    const ports = await open();
    const { price: _, ...bare } = named("a");
    await publishCatalogue(ports, declared(bare));
    expect(await stateOf(ports)).toEqual({ models: [bare], versions: [] });
  });
});
