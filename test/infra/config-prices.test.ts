import { expect, test } from "vitest";
import { defineFarebox, type FareboxConfig } from "../../infra/config.ts";
import { chatModel, exampleConfig } from "./example-config.ts";

test("terms of a price are kept per unit, to the picodollar", () => {
  const terms = [
    {
      shape: "graduated",
      kind: "inputTokens",
      tiers: [{ upTo: 1_000_000, perMillionTokens: "0.10" }, { perMillionTokens: "0.08" }],
    },
    { shape: "volume", kind: "requests", tiers: [{ each: "0.000000000001" }] },
    { shape: "package", kind: "images", units: 1000, packagePrice: "2.50" },
    { shape: "free-allowance", kind: "outputTokens", units: 100_000 },
  ];
  const price = { ...chatModel.price, perImage: "0.003", perRequest: "0.01", terms };
  // Read as a file has it: what the compiler knows of shapes is not what is asked here.
  const config = { ...exampleConfig(), models: [{ ...chatModel, price }] } as FareboxConfig;
  expect(defineFarebox(config).models[0]?.terms).toEqual([
    {
      shape: "graduated",
      kind: "inputTokens",
      tiers: [{ upTo: 1_000_000, unitPrice: 100_000n }, { unitPrice: 80_000n }],
    },
    { shape: "volume", kind: "requests", tiers: [{ unitPrice: 1n }] },
    { shape: "package", kind: "images", units: 1000, packagePrice: 2_500_000_000_000n },
    { shape: "free-allowance", kind: "outputTokens", units: 100_000 },
  ]);
});

test("a price's policies are kept as they are written, their amount to the picodollar", () => {
  const policies = { onAbort: "drain", onFailure: "waive", journalAbove: "0.000000000001" } as const;
  const price = { ...chatModel.price, ...policies };
  expect(defineFarebox(exampleConfig({ models: [{ ...chatModel, price }] })).models[0]?.policies).toEqual({
    onAbort: "drain",
    onFailure: "waive",
    journalAbove: 1n,
  });
});

test("amounts are kept to the picodollar, per unit", () => {
  const price = {
    inputPerMillionTokens: "0.0375",
    cachedInputPerMillionTokens: "0",
    outputPerMillionTokens: "1000",
    perImage: "0.000000000001",
    perRequest: "0.01",
  };
  const { models } = defineFarebox(exampleConfig({ models: [{ ...chatModel, price }] }));
  expect(models[0]?.rates).toEqual({
    inputTokens: 37_500n,
    cachedInputTokens: 0n,
    outputTokens: 1_000_000_000n,
    images: 1n,
    requests: 10_000_000_000n,
  });
});
