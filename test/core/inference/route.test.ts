import { expect, test } from "vitest";
import type { ModelEndpoint } from "../../../core/catalogue/model.ts";
import { route } from "../../../core/inference/route.ts";
import { sampleEndpoint, sampleModel } from "../../support/samples.ts";

const there: ModelEndpoint = {
  kind: "sagemaker",
  region: "us-east-1",
  endpointName: "there",
  usage: "final",
};
const server: ModelEndpoint = {
  kind: "openai-server",
  url: "http://localhost:1/v1",
  model: "m",
  usage: "final",
};

test.each<[string, readonly ModelEndpoint[], ModelEndpoint | undefined]>([
  ["the region's own endpoint", [there, sampleEndpoint], sampleEndpoint],
  ["the region's own before a server behind a URL", [server, sampleEndpoint], sampleEndpoint],
  ["a server behind a URL, which serves every region", [there, server], server],
  ["none when all are elsewhere", [there], undefined],
  ["none when there are none", [], undefined],
])("a request is routed to %s", (_, endpoints, expected) =>
  expect(route({ ...sampleModel, endpoints }, "eu-west-1")).toBe(expected),
);
