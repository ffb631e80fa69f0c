import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { chatModel, downloadedModel, exampleConfig, gpuModel, servedModel } from "../example-config.ts";
import { synthesize, synthesizeAnew, type Synthesized } from "./synthesize.ts";

/** Hashes change with every byte of a function, a model server or an artifact; what matters is where they stand. */
const masked = (template: object): string =>
  JSON.stringify(template, undefined, 2)
    .replaceAll(/[0-9a-f]{64}/g, "<hash>")
    .replaceAll(/(Deployment)[0-9a-f]{40}/g, "$1<hash>");

const bytes = ({ templates }: Synthesized): readonly string[] =>
  [...templates].map(([stack, template]) => `${stack} ${JSON.stringify(template.toJSON())}`);

describe("each stack is what was reviewed", () => {
  const { templates } = synthesize(exampleConfig());

  test.each([...templates.keys()])("%s", async (stack) => {
    const template = templates.get(stack)?.toJSON() ?? {};
    await expect(masked(template)).toMatchFileSnapshot(`__snapshots__/${stack}.json`);
  });
});

test("two syntheses of one configuration are equal to the byte", () => {
  expect(bytes(synthesizeAnew(exampleConfig()))).toEqual(bytes(synthesize(exampleConfig())));
});

test("a second region has everything but the global tables, billing and the catalogue, which home keeps for both", () => {
  const { templates } = synthesize(exampleConfig({ regions: ["us-east-1", "eu-west-1"] }));
  expect(new Set(templates.keys())).toEqual(
    new Set([
      "key-us-east-1",
      "key-eu-west-1",
      "global-tables-us-east-1",
      "data-us-east-1",
      "models-us-east-1",
      "api-us-east-1",
      "batches-us-east-1",
      "evidence-us-east-1",
      "purses-us-east-1",
      "data-eu-west-1",
      "models-eu-west-1",
      "api-eu-west-1",
      "batches-eu-west-1",
      "evidence-eu-west-1",
      "purses-eu-west-1",
      "billing-us-east-1",
      "catalogue-us-east-1",
    ]),
  );
});

test("a request in one region needs nothing of another: its functions know only their own region", () => {
  const synthesized = synthesize(exampleConfig({ regions: ["us-east-1", "eu-west-1"] }));
  for (const part of ["api", "batches", "evidence", "purses"]) {
    expect(JSON.stringify(synthesized.template(`${part}-eu-west-1`))).not.toContain("us-east-1");
    expect(JSON.stringify(synthesized.template(`${part}-us-east-1`))).not.toContain("eu-west-1");
  }
});

test("every kind of model, in two regions, passes AWS Solutions' checks", () => {
  const everything = exampleConfig({
    regions: ["us-east-1", "eu-west-1"],
    allowedOrigins: ["https://a.example", "https://b.example"],
    models: [chatModel, gpuModel, servedModel, downloadedModel],
  });
  const check = (app: App) => Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  // A finding throws, with the report as its message.
  expect(() => synthesizeAnew(everything, check)).not.toThrow();
});
