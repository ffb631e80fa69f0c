import { expect, test } from "vitest";
import { epochMs } from "../../../core/time.ts";
import { modelHeaders } from "../../../functions/infer/model-headers.ts";
import { sampleModel } from "../../support/samples.ts";

const { artifactDigest, ...bare } = sampleModel;

test("an answer names its version and its weights, where they are known", () => {
  expect(modelHeaders(sampleModel, "/v1/embeddings")).toEqual({
    "x-farebox-model": "sample-chat@1",
    "x-farebox-artifact": artifactDigest,
  });
  expect(modelHeaders(bare, "/v1/embeddings")).toEqual({ "x-farebox-model": "sample-chat@1" });
});

test.each([
  ["/v1/embeddings", "https://api.example/api/v1/embeddings"],
  ["/v1/chat/completions", "https://api.example/api/v1/chat/completions"],
  ["/v1/models/{model}/predict", "https://api.example/api/v1/models/sample/predict"],
])("from %s, a deprecated version's successor is found wherever the API lies", (resource, url) => {
  const deprecated = {
    at: epochMs(Date.UTC(2026, 10, 1)),
    sunset: epochMs(Date.UTC(2027, 2, 1)),
    successor: "next@2.0.0",
  };
  const headers = modelHeaders({ ...bare, deprecated }, resource);
  expect(headers).toMatchObject({ deprecation: "@1793491200", sunset: "Mon, 01 Mar 2027 00:00:00 GMT" });
  const [, reference = "", relation] = /^<(.*)>; (rel=.*)$/.exec(headers["link"] ?? "") ?? [];
  expect(new URL(reference, url).href).toBe("https://api.example/api/v1/models/next@2.0.0");
  expect(relation).toBe('rel="successor-version"');
});
