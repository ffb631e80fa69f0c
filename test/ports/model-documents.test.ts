import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../../core/catalogue/model.ts";
import { picodollars } from "../../core/money.ts";
import { type ModelDocuments, modelDocuments } from "../../functions/adapters/dynamodb/model-documents.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryModelDocuments } from "../support/memory-model-documents.ts";
import { present } from "../support/present.ts";
import { sampleModel, sampleNow } from "../support/samples.ts";

let database: TestDatabase;
let tables = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

const named = (name: string, change: Partial<Model> = {}): Model => ({ ...sampleModel, name, ...change });
const { price: _, artifactDigest: __, ...bare } = sampleModel;
const everything: Model = {
  ...named("everything"),
  pinnedOnly: true,
  deprecated: { at: sampleNow, sunset: sampleNow, successor: "other@2" },
  description: 'Über 😀 "quoted" \n new line',
  endpoints: [
    ...sampleModel.endpoints,
    { kind: "openai-server", url: "http://localhost:11434/v1", model: "llama3.2:1b", usage: "running" },
  ],
  price: {
    ...present(sampleModel.price),
    rates: {
      inputTokens: picodollars(10n ** 24n - 1n),
      outputTokens: picodollars(0n),
      requests: picodollars(2n ** 53n + 1n),
    },
    onAbort: "drain",
    onFailure: "waive",
    journalAbove: picodollars(2n ** 53n + 1n),
  },
};

describe.each<[string, () => Promise<ModelDocuments>]>([
  ["memory", async () => memoryModelDocuments()],
  [
    "DynamoDB",
    async () => modelDocuments(database.dynamoDb, await database.createTable(`directory-${(tables += 1)}`)),
  ],
])("the catalogue in %s", (_, open) => {
  test("is empty at first", async () => expect(await (await open()).list()).toEqual([]));

  test.each([
    ["a model with every field, prices beyond a double's precision included", everything],
    ["a model without price and digest", { ...bare, name: "bare" }],
  ])("%s reads back as it was", async (_, model) => {
    const documents = await open();
    await documents.put(model);
    expect(await documents.list()).toStrictEqual([model]);
  });

  test("lists models also when they fill several pages", async () => {
    const documents = await open();
    // DynamoDB answers a query with at most 1 MB.
    const models = Array.from({ length: 5 }, (_, index) =>
      named(`m${index}`, { description: "x".repeat(300_000) }),
    );
    await Promise.all(models.map((model) => documents.put(model)));
    expect((await documents.list()).toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(models);
  });

  test("a version is replaced under its own name, stands beside others, and is gone when removed", async () => {
    const documents = await open();
    await documents.put(named("a"));
    await documents.put(named("a", { version: "2" }));
    await documents.put(named("a", { pinnedOnly: true }));
    await documents.put(named("b"));
    await documents.remove(named("b"));
    await documents.remove(named("never-there"));
    expect((await documents.list()).toSorted((a, b) => (a.version < b.version ? -1 : 1))).toEqual([
      named("a", { pinnedOnly: true }),
      named("a", { version: "2" }),
    ]);
  });
});
