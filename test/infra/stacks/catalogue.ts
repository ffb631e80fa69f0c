import { expect, test } from "vitest";
import { catalogueProperty, priceTermsProperty } from "../../../functions/contract.ts";
import { catalogueOf } from "../../../infra/catalogue.ts";
import { defineFarebox } from "../../../infra/config.ts";
import { chatModel, exampleConfig } from "../example-config.ts";
import { synthesize } from "./synthesize.ts";

const catalogueResource = (config = exampleConfig()) => {
  const resources = synthesize(config)
    .template("catalogue-us-east-1")
    .findResources("Custom::FareboxCatalogue");
  expect(Object.keys(resources)).toHaveLength(1);
  return Object.values(resources)[0];
};

test("CloudFormation hands the configured documents to the function itself, as a list of JSON texts", () => {
  const properties = catalogueResource()?.["Properties"];
  expect(properties.ServiceToken).toEqual({
    "Fn::GetAtt": [expect.stringMatching(/^PublishFunction/), "Arn"],
  });
  expect(JSON.parse(properties[catalogueProperty])).toEqual(catalogueOf(defineFarebox(exampleConfig())));
  expect(JSON.parse(properties[priceTermsProperty])).toEqual({});
});

test("terms of prices go with them, by model, amounts as text", () => {
  const price = {
    ...chatModel.price,
    terms: [
      {
        shape: "graduated" as const,
        kind: "outputTokens" as const,
        tiers: [{ upTo: 1000, perMillionTokens: "0.4" }, { perMillionTokens: "0.3" }],
      },
    ],
  };
  const config = exampleConfig({ models: [{ ...chatModel, price }] });
  expect(JSON.parse(catalogueResource(config)?.["Properties"][priceTermsProperty])).toEqual({
    "tiny-chat": [
      {
        shape: "graduated",
        kind: "outputTokens",
        tiers: [{ upTo: 1000, unitPrice: "400000" }, { unitPrice: "300000" }],
      },
    ],
  });
});

test("the function is not called before its role may write", () => {
  expect(catalogueResource()?.["DependsOn"]).toEqual(
    expect.arrayContaining([expect.stringMatching(/^PublishRoleDefaultPolicy/)]),
  );
});

test("a changed price changes the resource, so that CloudFormation calls the function again", () => {
  const dearer = { ...chatModel, price: { ...chatModel.price, outputPerMillionTokens: "0.50" } };
  expect(catalogueResource(exampleConfig({ models: [dearer] }))?.["Properties"]).not.toEqual(
    catalogueResource()?.["Properties"],
  );
});
