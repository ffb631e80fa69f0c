import { expect, test } from "vitest";
import { picodollars } from "../../../core/money.ts";
import { showModel } from "../../../functions/models/show-model.ts";
import { present } from "../../support/present.ts";
import { sampleModel } from "../../support/samples.ts";

test("prices are exact decimals per unit, named as the rest of the API", () => {
  const rates = { inputTokens: picodollars(37_500n), cachedInputTokens: picodollars(0n) };
  expect(
    showModel({ ...sampleModel, price: { ...present(sampleModel.price), rates } }).pricing,
  ).toMatchObject({
    currency: "USD",
    per_unit: { input_tokens: "0.0000000375", cached_input_tokens: "0" },
  });
});

test("what hanging up and failures cost is said, also where the price leaves it to the default", () => {
  const price = present(sampleModel.price);
  expect(showModel(sampleModel).pricing).toMatchObject({
    on_abort: "bill-delivered",
    on_failure: "bill-delivered",
  });
  expect(
    showModel({ ...sampleModel, price: { ...price, onAbort: "drain", onFailure: "waive" } }).pricing,
  ).toMatchObject({ on_abort: "drain", on_failure: "waive" });
});

test("what batches cost is said", () => {
  const batchPrice = { ...present(sampleModel.price), rates: { inputTokens: picodollars(1n) } };
  expect(showModel({ ...sampleModel, batchPrice }).pricing).toMatchObject({
    batch: { id: batchPrice.id, per_unit: { input_tokens: "0.000000000001" } },
  });
  expect(showModel(sampleModel).pricing).toMatchObject({ batch: null });
});

test("where a model runs is not shown", () =>
  expect(JSON.stringify(showModel(sampleModel))).not.toContain(present(sampleModel.endpoints[0]).kind));

test("a model without a price says so instead of looking free", () => {
  const { price: _, ...unpriced } = sampleModel;
  expect(showModel(unpriced).pricing).toBeNull();
});
