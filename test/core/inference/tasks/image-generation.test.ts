import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model } from "../../../../core/catalogue/model.ts";
import { imageGeneration } from "../../../../core/inference/tasks/image-generation.ts";
import { picodollars } from "../../../../core/money.ts";
import { askTask } from "../../../support/ask-task.ts";
import { present } from "../../../support/present.ts";
import { sampleModel } from "../../../support/samples.ts";
import { decode } from "../../../support/sse.ts";

const model: Model = {
  ...sampleModel,
  task: "image-generation",
  limits: { ...sampleModel.limits, imagesMax: 4 },
  price: { ...present(sampleModel.price), rates: { images: picodollars(7n), requests: picodollars(1n) } },
};

const ask = (images: number, reply: unknown, fields: object = {}, asked = model) => {
  const body = { model: model.name, prompt: "a map of nine doors", ...fields };
  return askTask(asked, imageGeneration({ model: model.name, images, fields: body }), reply);
};

const answer = (count: number) => ({
  created: 1,
  data: Array.from({ length: count }, () => ({ b64_json: "iVBORw0KGgo=" })),
});

test("an answer has its images, their number and what they cost", async () => {
  const { body, events } = await ask(2, { ...answer(2), usage: { total_tokens: 5 } });
  expect(body).toContain('"usage":{"total_tokens":5,"images":2,"cost":0.000000000015}');
  expect(JSON.parse(body).data).toEqual(answer(2).data);
  expect(events).toMatchObject([
    { task: "image-generation", source: "counted", quantities: { images: 2, requests: 1 }, cost: 15n },
  ]);
  expect(events).toHaveLength(1);
});

test("as many images are billed as there are, and no more than were asked for", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }), async (asked, made) => {
      const { events } = await ask(asked, answer(made));
      expect(events).toMatchObject([{ quantities: { images: made }, hold: BigInt(asked) * 7n + 1n }]);
      expect(present(events[0]).cost).toBe(BigInt(Math.min(asked, made)) * 7n + 1n);
      expect(events).toHaveLength(1);
    }),
  ));

test("where else the images could be found is not told", async () => {
  const url = "http://10.0.0.7/CANARY.png";
  const { body } = await ask(1, { data: [{ b64_json: "aa==", url, revised_prompt: "a map" }] });
  expect(JSON.parse(body).data).toEqual([{ b64_json: "aa==", revised_prompt: "a map" }]);
});

describe("is a failure, and free:", () => {
  test.each<[string, unknown]>([
    ["no JSON", "<html>"],
    ["no data", { created: 1 }],
    ["no images", answer(0)],
    ["a URL in place of an image", { data: [{ url: "http://10.0.0.7/CANARY.png" }] }],
    ["an image too few bytes", { data: [{ b64_json: "" }] }],
  ])("%s", async (_, reply) => {
    const { served, events } = await ask(1, reply);
    expect(served).toMatchObject({ kind: "refused", refusal: { code: "model_error" } });
    expect(JSON.stringify(served.kind === "refused" && served.refusal)).not.toContain("CANARY");
    expect(events).toMatchObject([{ outcome: "failed", cost: 0n, quantities: {} }]);
  });
});

test("more images than the model makes are refused, with what to change", async () => {
  const { served, events } = await ask(5, answer(5));
  expect(served).toMatchObject({ refusal: { code: "output_limit_exceeded", param: "n" } });
  expect(events).toEqual([]);
});

test("the model is sent what the client sent, and asked for the images themselves", async () => {
  const fields = { size: "512x512", quality: "high", seed: 7, n: null };
  const { sent } = await ask(1, answer(1), fields);
  expect(sent).toMatchObject([{ operation: "images/generations", accept: "application/json" }]);
  expect(JSON.parse(decode(present(sent[0]).body))).toEqual({
    model: model.name,
    prompt: "a map of nine doors",
    ...fields,
    n: 1,
    response_format: "b64_json",
  });
});
