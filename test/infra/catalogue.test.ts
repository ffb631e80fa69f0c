import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parsePriceId } from "../../core/identifiers.ts";
import { catalogueOf } from "../../infra/catalogue.ts";
import { defineFarebox, type FareboxConfig } from "../../infra/config.ts";
import { chatModel, downloadedModel, exampleConfig, gpuModel, servedModel } from "./example-config.ts";

const catalogue = (overrides: Partial<FareboxConfig> = {}) =>
  catalogueOf(defineFarebox(exampleConfig(overrides))).map((document) => JSON.parse(document));

const priceIdOf = (model: FareboxConfig["models"][number]): string =>
  catalogue({ models: [model] })[0].price.id;

test("a document holds everything that a request needs to know of a model", () => {
  expect(catalogue({ regions: ["us-east-1", "eu-west-1"] })).toEqual([
    {
      name: "tiny-chat",
      version: "1.0.0",
      artifactDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      task: "chat",
      description: "A demo.",
      limits: { contextTokensMax: 512, outputTokensMax: 256, outputTokensDefault: 128, requestMsMax: 60_000 },
      endpoints: [
        {
          kind: "sagemaker",
          region: "us-east-1",
          endpointName: "farebox-test-tiny-chat-1-0-0",
          usage: "running",
        },
        {
          kind: "sagemaker",
          region: "eu-west-1",
          endpointName: "farebox-test-tiny-chat-1-0-0",
          usage: "running",
        },
      ],
      price: {
        id: expect.stringMatching(/^prc_/),
        rates: { inputTokens: "100000", outputTokens: "400000" },
      },
      batchPrice: {
        id: expect.stringMatching(/^prc_/),
        rates: { inputTokens: "50000", outputTokens: "200000" },
      },
      createdSeconds: Date.UTC(2026, 10, 20) / 1000,
    },
  ]);
});

test("batches have a price of their own, which another discount makes another", () => {
  const documentAt = (batchDiscountPercent: number) =>
    catalogue({ models: [{ ...chatModel, price: { ...chatModel.price, batchDiscountPercent } }] })[0];
  const [half, none] = [documentAt(50), documentAt(0)];
  expect(none.batchPrice.rates).toEqual(none.price.rates);
  expect(half.price).toEqual(none.price);
  expect(new Set([half.price.id, half.batchPrice.id, none.batchPrice.id]).size).toBe(3);
});

test("a price's policies travel with its rates", () => {
  const price = { ...chatModel.price, onAbort: "drain" as const, journalAbove: "0.5" };
  const [document] = catalogue({ models: [{ ...chatModel, price }] });
  for (const each of [document.price, document.batchPrice])
    expect(each).toMatchObject({ onAbort: "drain", journalAbove: "500000000000" });
});

test("a server behind a URL is one endpoint for all regions, under its own model name", () => {
  const [document] = catalogue({
    regions: ["us-east-1", "eu-west-1"],
    models: [{ ...servedModel, urlModel: "llama3.2:1b" }],
  });
  expect(document.endpoints).toEqual([
    { kind: "openai-server", url: "http://localhost:11434/v1", model: "llama3.2:1b", usage: "final" },
  ]);
});

test("weights that are not ours to read have no digest", () => {
  for (const document of catalogue({ models: [servedModel, downloadedModel, gpuModel] }))
    expect(document).not.toHaveProperty("artifactDigest");
});

test("the same configuration gives the same bytes, whatever the time", () => {
  expect(catalogueOf(defineFarebox(exampleConfig()))).toEqual(catalogueOf(defineFarebox(exampleConfig())));
});

describe("the id of a price", () => {
  test("is a price id that the platform can read", () => {
    expect(parsePriceId(priceIdOf(chatModel))).toBeDefined();
  });

  test("stays while the rates stay, whatever else changes", () => {
    const { inputPerMillionTokens, outputPerMillionTokens } = chatModel.price;
    const reworded = {
      ...chatModel,
      version: "2.0.0",
      description: "Better.",
      price: { outputPerMillionTokens, inputPerMillionTokens: `${inputPerMillionTokens}000` },
    };
    expect(priceIdOf(reworded)).toBe(priceIdOf(chatModel));
  });

  test("is the same when only the progress that is recorded changes: it charges nobody", () =>
    expect(priceIdOf({ ...chatModel, price: { ...chatModel.price, journalAbove: "1" } })).toBe(
      priceIdOf(chatModel),
    ));

  test("is another for another rate, another kind, other policies, other terms and another model", () => {
    const ids = [
      chatModel,
      { ...chatModel, price: { ...chatModel.price, inputPerMillionTokens: "0.11" } },
      { ...chatModel, price: { ...chatModel.price, cachedInputPerMillionTokens: "0.10" } },
      { ...chatModel, price: { ...chatModel.price, onAbort: "waive" as const } },
      { ...chatModel, price: { ...chatModel.price, onFailure: "waive" as const } },
      {
        ...chatModel,
        price: {
          ...chatModel.price,
          terms: [{ shape: "free-allowance" as const, kind: "inputTokens" as const, units: 1000 }],
        },
      },
      { ...chatModel, name: "other" },
    ].map(priceIdOf);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("an artifact's digest is what sha256sum says of its files, model card aside", () => {
  const sums = execFileSync(
    "sh",
    ["-c", "find . -type f ! -name README.md | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum"],
    { cwd: "models/demo/tiny-entertainment-chat" },
  );
  const [document] = catalogue();
  expect(document.artifactDigest).toBe(`sha256:${createHash("sha256").update(sums).digest("hex")}`);
});
