import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rate } from "../../../../core/billing/rate.ts";
import type { Model } from "../../../../core/catalogue/model.ts";
import type { ModelPayload, WholeReply } from "../../../../core/inference/ports.ts";
import { serveRequest } from "../../../../core/inference/serve-request.ts";
import { prediction } from "../../../../core/inference/tasks/prediction.ts";
import { picodollars } from "../../../../core/money.ts";
import { memoryInference } from "../../../support/memory-inference.ts";
import { present } from "../../../support/present.ts";
import { sampleModel, samplePrincipal } from "../../../support/samples.ts";
import { encode } from "../../../support/sse.ts";

const limits = { contextTokensMax: 0, outputTokensMax: 0, outputTokensDefault: 0, requestMsMax: 30_000 };
const rates = { images: picodollars(7n), requests: picodollars(3n) };
const classifier: Model = {
  ...sampleModel,
  task: "image-classification",
  limits,
  price: { ...present(sampleModel.price), rates },
};
const anything: Model = { ...classifier, task: "prediction" };
const ofMany: Model = { ...classifier, limits: { ...limits, imagesMax: 8 } };

const request = prediction({
  model: classifier.name,
  contentType: "image/png",
  accept: "*/*",
  body: Uint8Array.of(0x89, 0, 0xff),
});

const ask = async (model: Model, reply: Omit<WholeReply, "ok">) => {
  const sent: ModelPayload[] = [];
  const { ports, events } = memoryInference({
    model,
    invoke: async (_endpoint, payload) => {
      sent.push(payload);
      return { ok: true, ...reply };
    },
  });
  return { answer: await serveRequest(ports)(samplePrincipal, request), events, sent };
};

const saying = (usage: unknown): Omit<WholeReply, "ok"> => ({
  contentType: "application/json; charset=utf-8",
  body: encode(JSON.stringify({ predictions: [], usage })),
});
const silent = { body: Uint8Array.of(0xff, 0xfe), contentType: "application/x-npy" };

test("bytes and types pass through in both directions, and the cost stands beside them", async () => {
  const { answer, sent } = await ask(classifier, silent);
  expect(sent).toEqual([{ contentType: "image/png", accept: "*/*", body: Uint8Array.of(0x89, 0, 0xff) }]);
  expect(answer).toMatchObject({
    kind: "raw",
    contentType: "application/x-npy",
    body: Uint8Array.of(0xff, 0xfe),
    cost: 10n,
  });
  const untyped = await ask(classifier, { body: new Uint8Array() });
  expect(untyped.answer).toMatchObject({ contentType: "application/octet-stream" });
});

describe("what is metered", () => {
  test.each<[string, Model, Omit<WholeReply, "ok">, object, string, bigint]>([
    [
      "an image, for a model that says nothing",
      classifier,
      silent,
      { images: 1, requests: 1 },
      "counted",
      10n,
    ],
    ["the same for one that could take more", ofMany, silent, { images: 1, requests: 1 }, "counted", 10n],
    ["what the model says", ofMany, saying({ images: 5 }), { images: 5, requests: 1 }, "reported", 38n],
    ["none, where it says so", classifier, saying({ images: 0 }), { requests: 1 }, "reported", 3n],
    ["no more than was held", classifier, saying({ images: 9 }), { images: 9, requests: 1 }, "reported", 10n],
    ["one, for nonsense", classifier, saying({ images: -1 }), { images: 1, requests: 1 }, "counted", 10n],
    ["one, for a fraction", classifier, saying({ images: 0.5 }), { images: 1, requests: 1 }, "counted", 10n],
    ["one, for no usage", classifier, saying(null), { images: 1, requests: 1 }, "counted", 10n],
    ["one, for broken JSON", classifier, { ...saying(0), body: encode("{") }, { images: 1 }, "counted", 10n],
    [
      "requests, where a model sees no images",
      anything,
      saying({ images: 5 }),
      { requests: 1 },
      "counted",
      3n,
    ],
  ])("is %s", async (_, model, reply, quantities, source, cost) => {
    const { events } = await ask(model, reply);
    expect(events).toMatchObject([{ outcome: "completed", quantities, source, cost, task: model.task }]);
    expect(events).toHaveLength(1);
  });

  test("never costs more than the hold, and the hold covers as many images as the model may take", () =>
    fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), fc.integer({ min: 1, max: 100 }), async (images, imagesMax) => {
        const model = { ...classifier, limits: { ...limits, imagesMax } };
        const { events } = await ask(model, saying({ images }));
        const { cost, hold } = present(events[0]);
        expect(cost <= hold).toBe(true);
        expect(cost).toBe(rate({ images: Math.min(images, imagesMax), requests: 1 }, present(model.price)));
      }),
    ));
});

test.each(["chat", "embeddings"] as const)("a model for %s is not asked for predictions", async (task) => {
  const { ports, events } = memoryInference({ model: { ...classifier, task } });
  expect(await serveRequest(ports)(samplePrincipal, request)).toMatchObject({
    kind: "refused",
    refusal: { code: "wrong_task", message: expect.stringMatching(/call it with POST \/v1\/\S+\.$/) },
  });
  expect(events).toEqual([]);
});
