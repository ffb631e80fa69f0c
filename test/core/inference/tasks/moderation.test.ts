import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Quantities } from "../../../../core/billing/quantities.ts";
import type { Model } from "../../../../core/catalogue/model.ts";
import { type ModerationRequest, moderation } from "../../../../core/inference/tasks/moderation.ts";
import { type Money, picodollars } from "../../../../core/money.ts";
import { anyText } from "../../../support/any-text.ts";
import { askTask } from "../../../support/ask-task.ts";
import { present } from "../../../support/present.ts";
import { sampleModel } from "../../../support/samples.ts";
import { decode } from "../../../support/sse.ts";

type Rates = Partial<Record<keyof Quantities, Money>>;

const soldBy = (rates: Rates): Model => ({
  ...sampleModel,
  task: "moderation",
  limits: { ...sampleModel.limits, contextTokensMax: 100 },
  price: { ...present(sampleModel.price), rates },
});
const byTokens = soldBy({ inputTokens: picodollars(5n) });
const byCharacters = soldBy({ characters: picodollars(3n) });
const byRequests = soldBy({ requests: picodollars(11n) });

const results = [{ flagged: false, categories: { violence: false }, category_scores: { violence: 0.01 } }];
const answer = { id: "modr-1", model: "guard", results };

const ask = (model: Model, reply: unknown, said: Partial<ModerationRequest> = {}) => {
  const { texts = ["naïve 😀"], images = 0, fields = { model: model.name, input: texts } } = said;
  return askTask(model, moderation({ model: model.name, texts, images, fields }), reply);
};

describe("what is metered", () => {
  const usage = { prompt_tokens: 4, total_tokens: 4 };
  test.each<[string, Model, unknown, Partial<ModerationRequest>, object, string, bigint]>([
    ["tokens, as reported", byTokens, { ...answer, usage }, {}, { inputTokens: 4 }, "reported", 20n],
    ["tokens, guessed from 11 bytes", byTokens, answer, {}, { inputTokens: 3 }, "estimated", 15n],
    [
      "an image in tokens: the context",
      byTokens,
      answer,
      { images: 1 },
      { inputTokens: 103 },
      "estimated",
      515n,
    ],
    ["characters, not bytes", byCharacters, answer, {}, { characters: 7 }, "counted", 21n],
    ["those of every text", byCharacters, answer, { texts: ["ab", "c"] }, { characters: 3 }, "counted", 9n],
    ["requests", byRequests, answer, { texts: ["ab", "c"] }, { requests: 1 }, "counted", 11n],
    [
      "images beside them",
      soldBy({ requests: picodollars(11n), images: picodollars(100n) }),
      answer,
      { images: 2 },
      { images: 2, requests: 1 },
      "counted",
      211n,
    ],
  ])("is %s", async (_, model, reply, said, quantities, source, cost) => {
    const { events, body } = await ask(model, reply, said);
    expect(events).toMatchObject([{ task: "moderation", outcome: "completed", source, quantities, cost }]);
    expect(events).toHaveLength(1);
    const shown = JSON.parse(body);
    expect(shown).toMatchObject(answer);
    expect(shown.usage.estimated).toBe(source === "estimated" ? true : undefined);
  });

  test("never costs more than the hold, whatever is judged and whatever the model reports", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyText({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
        fc.nat(3),
        fc.maxSafeNat(),
        fc.constantFrom(
          byTokens,
          byRequests,
          soldBy({ characters: picodollars(3n), images: picodollars(2n), inputTokens: picodollars(5n) }),
        ),
        fc.boolean(),
        async (texts, images, prompt_tokens, model, isSilent) => {
          const reply = isSilent ? answer : { ...answer, usage: { prompt_tokens } };
          const { events } = await ask(model, reply, { texts, images });
          expect(events).toHaveLength(1);
          const { cost, hold, quantities, source } = present(events[0]);
          expect(cost <= hold).toBe(true);
          expect(quantities.characters).toBe(texts.reduce((sum, text) => sum + Array.from(text).length, 0));
          expect(source === "reported").toBe(!isSilent);
        },
      ),
    ));
});

test("an image is not judged for nothing", async () => {
  const { served, events } = await ask(byCharacters, answer, { images: 1 });
  expect(served).toMatchObject({ refusal: { code: "invalid_request", param: "input" } });
  expect(events).toEqual([]);
});

test("a model that has none of the units in its price is not for sale", async () => {
  const { served } = await ask(soldBy({ images: picodollars(1n) }), answer);
  expect(served).toMatchObject({ refusal: { code: "model_not_priced" } });
});

test.each<[string, unknown]>([
  ["no JSON", "safe"],
  ["no results", { id: "modr-1" }],
  ["an empty list of them", { results: [] }],
])("an answer with %s is a failure, and free", async (_, reply) => {
  const { served, events } = await ask(byCharacters, reply);
  expect(served).toMatchObject({ refusal: { code: "model_error" } });
  expect(events).toMatchObject([{ outcome: "failed", cost: 0n }]);
});

test("the model is sent what the client sent", async () => {
  const fields = { model: "m", input: [{ type: "text", text: "a" }], threshold: 0.5 };
  const { sent } = await ask(byRequests, answer, { texts: ["a"], fields });
  expect(sent).toMatchObject([{ operation: "moderations" }]);
  expect(JSON.parse(decode(present(sent[0]).body))).toEqual(fields);
});
