import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PriceVersion } from "../../core/catalogue/price-version.ts";
import { type PriceVersions, addPriceVersion } from "../../core/catalogue/price-versions.ts";
import { customerId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { type BillingProfiles, billingProfiles } from "../../functions/adapters/dynamodb/billing-profiles.ts";
import { priceVersions } from "../../functions/adapters/dynamodb/price-versions.ts";
import { at, sampleCustomer, samplePriceVersion, sampleProfile } from "../support/billing-samples.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryBillingProfiles } from "../support/memory-billing-profiles.ts";
import { memoryPriceVersions } from "../support/memory-price-versions.ts";
import { sampleUlid } from "../support/samples.ts";

let database: TestDatabase;
let table: string;
let tables = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(async () => {
  tables += 1;
  table = await database.createTable(`directory${tables}`);
});
afterAll(() => database.stop());

const full: PriceVersion = samplePriceVersion({
  suffix: "A",
  customer: sampleCustomer,
  from: at("2026-01-01T00:00:00Z"),
  until: at("2026-07-01T00:00:00Z"),
  terms: [
    {
      shape: "graduated",
      kind: "inputTokens",
      tiers: [{ upTo: 10, unitPrice: picodollars(2n) }, { unitPrice: picodollars(1n) }],
    },
    { shape: "volume", kind: "outputTokens", tiers: [{ unitPrice: picodollars(1n) }] },
    { shape: "free-allowance", kind: "images", units: 5 },
    { shape: "minimum-commit", amount: picodollars(10n ** 20n) },
  ],
});
const withPolicies: PriceVersion = {
  ...samplePriceVersion({ suffix: "D", model: "policies" }),
  price: {
    ...samplePriceVersion({ suffix: "D" }).price,
    onAbort: "waive",
    onFailure: "waive",
    journalAbove: picodollars(2n ** 53n + 1n),
  },
};
const plain = samplePriceVersion({ suffix: "B", from: at("2026-01-01T00:00:00Z") });
const packaged = samplePriceVersion({
  suffix: "C",
  model: "other",
  terms: [{ shape: "package", kind: "images", units: 7, packagePrice: picodollars(1n) }],
});
const ofBatches: PriceVersion = {
  ...samplePriceVersion({ suffix: "E", from: plain.from }),
  service: "batch",
};
const now = at("2019-12-01T00:00:00Z");

describe.each<[string, () => PriceVersions]>([
  ["memory", memoryPriceVersions],
  ["DynamoDB", () => priceVersions(database.dynamoDb, table)],
])("price versions in %s", (_, open) => {
  test("read back as they were published", async () => {
    const prices = open();
    for (const version of [full, plain, packaged, withPolicies, ofBatches])
      expect(await addPriceVersion(prices, version, now)).toMatchObject({ ok: true });
    expect(new Set(await prices.list())).toEqual(new Set([full, plain, packaged, withPolicies, ofBatches]));
  });

  test("published twice are published once; with other content not at all", async () => {
    const prices = open();
    await addPriceVersion(prices, plain, now);
    expect(await addPriceVersion(prices, plain, now)).toMatchObject({ ok: true });
    expect(await prices.add(plain, undefined)).toBe(false);
    const changed = { ...plain, model: "other" };
    expect(await addPriceVersion(prices, changed, now)).toMatchObject({
      faults: [{ code: "version_changed" }],
    });
    expect(await prices.list()).toEqual([plain]);
  });

  test("two that claim the same time at once: one is published, the other refused as an overlap", async () => {
    const prices = open();
    await addPriceVersion(prices, plain, now);
    const rivals = ["D", "E"].map((suffix) =>
      samplePriceVersion({ suffix, from: at("2026-03-01T00:00:00Z") }),
    );
    const outcomes = await Promise.all(rivals.map((version) => addPriceVersion(prices, version, now)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes).toContainEqual({ ok: false, faults: [expect.objectContaining({ code: "overlap" })] });
    expect(await prices.list()).toHaveLength(2);
  });
});

describe.each<[string, () => BillingProfiles]>([
  ["memory", memoryBillingProfiles],
  ["DynamoDB", () => billingProfiles(database.dynamoDb, table)],
])("billing profiles in %s", (_, open) => {
  test("read back as they were put, and an unknown customer has none", async () => {
    const profiles = open();
    expect(await profiles.find(sampleCustomer)).toBeUndefined();
    await profiles.put(sampleProfile);
    expect(await profiles.find(sampleCustomer)).toStrictEqual(sampleProfile);
  });

  test("are all found by one who closes everybody's months", async () => {
    const profiles = open();
    const others = ["ZED", "ABE"].map((suffix) => ({
      ...sampleProfile,
      customer: customerId(sampleUlid(suffix)),
    }));
    for (const profile of [sampleProfile, ...others, sampleProfile]) await profiles.put(profile);
    const listed = await Array.fromAsync(profiles.list());
    expect(listed.map(({ customer }) => customer)).toEqual(
      [sampleProfile, ...others].map(({ customer }) => customer).toSorted(),
    );
  });
});
