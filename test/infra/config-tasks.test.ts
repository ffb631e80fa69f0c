import { expect, test } from "vitest";
import { defineFarebox } from "../../infra/config.ts";
import { mistakes } from "./config-mistakes.ts";
import { chatModel, exampleConfig, gpuModel, servedModel } from "./example-config.ts";

test("a model behind a URL can be of any task that OpenAI's API has, each sold in its own units", () => {
  const { models } = defineFarebox(
    exampleConfig({
      models: [
        { ...servedModel, name: "base", task: "completion" },
        { ...servedModel, name: "whisper", task: "transcription", price: { perAudioSecond: "0.0001" } },
        { ...servedModel, name: "flux", task: "image-generation", price: { perImage: "0.03" } },
        { ...servedModel, name: "guard", task: "moderation", price: { perMillionCharacters: "0.5" } },
      ],
    }),
  );
  expect(models.map(({ limits, rates }) => ({ limits, rates }))).toMatchObject([
    { limits: { outputTokensDefault: 16 }, rates: { inputTokens: 50_000n, outputTokens: 50_000n } },
    { limits: { audioSecondsMax: 1500 }, rates: { audioSeconds: 100_000_000n } },
    { limits: { imagesMax: 10 }, rates: { images: 30_000_000_000n } },
    { limits: { contextTokensMax: 512 }, rates: { characters: 500_000n } },
  ]);
});

test.each<[what: string, config: unknown, mistake: string]>([
  [
    "moderation for nothing",
    { ...exampleConfig(), models: [{ ...servedModel, task: "moderation", price: { perImage: "1" } }] },
    "models[0].price: has no unit that moderation is metered in; write at least one of inputPerMillionTokens, perMillionCharacters, perRequest",
  ],
  [
    "transcriptions sold by the token",
    {
      ...exampleConfig(),
      models: [{ ...servedModel, task: "transcription", price: { perAudioSecond: undefined } }],
    },
    "models[0].price.perAudioSecond: is missing; write a string",
  ],
  [
    "images that are made for nothing",
    { ...exampleConfig(), models: [{ ...servedModel, task: "image-generation", price: {} }] },
    "models[0].price.perImage: is missing; write a string",
  ],
  [
    "a price finer than a picodollar per character",
    {
      ...exampleConfig(),
      models: [{ ...servedModel, task: "moderation", price: { perMillionCharacters: "0.0000001" } }],
    },
    "models[0].price.perMillionCharacters: is not a whole number of picodollars per character; write at most 6 digits after the dot, since money is never rounded",
  ],
  [
    "completions of our CPU server",
    { ...exampleConfig(), models: [{ ...chatModel, task: "completion" }] },
    "models[0].artifact: is no source for completion; write url or container",
  ],
  [
    "recommendations behind OpenAI's API",
    {
      ...exampleConfig(),
      models: [{ ...servedModel, task: "recommendation", price: { perRequest: "1" } }],
    },
    "models[0].url: is no source for recommendation; write artifact or huggingFace or container",
  ],
  [
    "an image classifier behind OpenAI's API",
    {
      ...exampleConfig(),
      models: [{ ...servedModel, task: "image-classification", price: { perImage: "1" } }],
    },
    "models[0].url: is no source for image-classification; write artifact or huggingFace or container",
  ],
  [
    "any payload to our CPU server",
    {
      ...exampleConfig(),
      models: [{ ...chatModel, task: "prediction", limits: {}, price: { perRequest: "1" } }],
    },
    "models[0].artifact: is no source for prediction; write container",
  ],
  [
    "predictions for nothing",
    { ...exampleConfig(), models: [{ ...gpuModel, task: "prediction", price: {} }] },
    "models[0].price.perRequest: is missing; write a string",
  ],
])("%s is refused, with what to write instead", (_what, config, mistake) => {
  expect(mistakes(config)).toEqual([mistake]);
});
