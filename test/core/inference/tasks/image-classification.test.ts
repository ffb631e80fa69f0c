import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Model } from "../../../../core/catalogue/model.ts";
import { imageClassification } from "../../../../core/inference/tasks/image-classification.ts";
import { picodollars } from "../../../../core/money.ts";
import { askTask } from "../../../support/ask-task.ts";
import { present } from "../../../support/present.ts";
import { sampleModel } from "../../../support/samples.ts";
import { decode } from "../../../support/sse.ts";

const model: Model = {
  ...sampleModel,
  task: "image-classification",
  limits: { ...sampleModel.limits, imagesMax: 8 },
  price: { ...present(sampleModel.price), rates: { images: picodollars(7n) } },
};
const image = "data:image/png;base64,iVBORw0KGgo=";
const predictions = [{ label: "seven", score: 0.9 }];

const ask = (reply: unknown) => {
  const fields = { model: model.name, image: "iVBORw0KGgo=", top_k: 2, threshold: 0.5 };
  return askTask(model, imageClassification({ model: model.name, image, fields }), reply);
};

test("an answer has the model's labels and the cost of one image", async () => {
  const { body, events } = await ask({ model: "there", predictions, usage: { images: 1 } });
  expect(body).toContain('"usage":{"images":1,"cost":0.000000000007}');
  expect(JSON.parse(body)).toMatchObject({ predictions });
  expect(events).toMatchObject([{ source: "reported", quantities: { images: 1, requests: 1 }, cost: 7n }]);
});

test("whatever the model says of images, there is one event, and it never costs more than the hold", () =>
  fc.assert(
    fc.asyncProperty(fc.oneof(fc.maxSafeNat(), fc.double(), fc.constant(null)), async (images) => {
      const { events } = await ask({ predictions, usage: { images } });
      const { cost, hold } = present(events[0]);
      expect(hold).toBe(7n);
      expect(cost).toBe(images === 0 ? 0n : 7n);
      expect(events).toHaveLength(1);
    }),
  ));

test.each<[unknown]>([["seven"], [{ labels: [] }], [{ predictions: "seven" }]])(
  "an answer without a list of predictions is a failure, and free (%j)",
  async (reply) => {
    const { served, events } = await ask(reply);
    expect(served).toMatchObject({ refusal: { code: "model_error" } });
    expect(events).toMatchObject([{ outcome: "failed", cost: 0n }]);
  },
);

test("the model is sent the image as a data URL, and what else the client said", async () => {
  const { sent } = await ask({ predictions });
  expect(JSON.parse(decode(present(sent[0]).body))).toEqual({
    model: model.name,
    image,
    top_k: 2,
    threshold: 0.5,
  });
});
