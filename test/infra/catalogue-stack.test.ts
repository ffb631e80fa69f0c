import { expect, test } from "vitest";
import { catalogueProperty } from "../../functions/contract.ts";
import { catalogueOf } from "../../infra/catalogue.ts";
import { defineFarebox } from "../../infra/config.ts";
import { chatModel, exampleConfig } from "./example-config.ts";
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
