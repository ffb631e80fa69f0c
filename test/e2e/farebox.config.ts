import { defineFarebox } from "../../infra/config.ts";

const scripted = {
  version: "1.0.0",
  task: "chat",
  description: "Does what the test tells it to.",
  limits: { contextTokens: 4096, outputTokens: 2048, outputTokensDefault: 256, requestSeconds: 60 },
  price: { inputPerMillionTokens: "1", outputPerMillionTokens: "2" },
} as const;

/** For what is to run out of time. All others have plenty, however busy the machine is. */
const hasty = { ...scripted, limits: { ...scripted.limits, requestSeconds: 3 } } as const;

const container = { image: "123456789012.dkr.ecr.{region}.amazonaws.com/scripted:1" };

const prediction = {
  version: "1.0.0",
  task: "prediction",
  description: "Does what the test tells it to.",
  limits: { requestSeconds: 60 },
  price: { perRequest: "0.002" },
  container,
  instanceType: "ml.c6i.large",
} as const;

/** Nobody listens there: models behind a URL are pointed at the scripted server. */
const elsewhere = "http://127.0.0.1:2/v1";

const transcription = {
  version: "1.0.0",
  task: "transcription",
  description: "Hears a file.",
  limits: { audioSeconds: 60 },
  price: { perAudioSecond: "0.001" },
} as const;

export default defineFarebox({
  stage: "e2e",
  regions: ["us-east-1"],
  models: [
    {
      name: "tiny-chat",
      version: "1.0.0",
      task: "chat",
      description: "The demo model, with the price of a cent per thousand tokens.",
      artifact: "tiny-entertainment-chat",
      limits: { contextTokens: 512, outputTokens: 450, outputTokensDefault: 128, requestSeconds: 60 },
      price: { inputPerMillionTokens: "10", outputPerMillionTokens: "10" },
    },
    {
      name: "tiny-embed",
      version: "1.0.0",
      task: "embeddings",
      description: "The demo model.",
      artifact: "tiny-entertainment-embed",
      price: { inputPerMillionTokens: "0.02" },
    },
    {
      name: "tiny-digits",
      version: "1.0.0",
      task: "image-classification",
      description: "The demo model.",
      artifact: "tiny-digits-cnn",
      price: { perImage: "0.0001" },
    },
    {
      name: "tiny-recommender",
      version: "1.0.0",
      task: "recommendation",
      description: "The demo model.",
      artifact: "tiny-entertainment-embed",
      price: { perRequest: "0.00002" },
    },
    // Other tasks of OpenAI's API, on a server of it, and a form on SageMaker.
    { ...scripted, name: "scripted-completion", task: "completion", url: elsewhere },
    { ...transcription, name: "scripted-transcription", url: elsewhere, urlModel: "whisper-there" },
    {
      ...transcription,
      name: "scripted-hosted-transcription",
      container,
      instanceType: "ml.c6i.large",
    },
    {
      name: "scripted-images",
      version: "1.0.0",
      task: "image-generation",
      description: "Makes the smallest of images.",
      url: elsewhere,
      limits: { images: 4 },
      price: { perImage: "0.01" },
    },
    {
      name: "scripted-moderation",
      version: "1.0.0",
      task: "moderation",
      description: "Finds fights.",
      url: elsewhere,
      price: { perMillionCharacters: "1" },
    },
    { ...prediction, name: "scripted-prediction" },
    { ...prediction, name: "scripted-hasty-prediction", limits: { requestSeconds: 3 } },
    // On SageMaker, with and without usage in every chunk.
    { ...scripted, name: "scripted", container, instanceType: "ml.c6i.large", usage: "running" },
    {
      ...scripted,
      name: "scripted",
      version: "0.9.0",
      pinnedOnly: true,
      deprecated: { at: "2026-11-01", sunset: "2100-01-01", successor: "scripted" },
      container,
      instanceType: "ml.c6i.large",
      usage: "running",
    },
    {
      ...scripted,
      name: "scripted",
      version: "0.8.0",
      pinnedOnly: true,
      deprecated: { at: "2019-01-01", sunset: "2020-01-01", successor: "scripted@1.0.0" },
      container,
      instanceType: "ml.c6i.large",
      usage: "running",
    },
    {
      ...scripted,
      name: "scripted-final",
      container,
      instanceType: "ml.c6i.large",
      usage: "final",
      // Discounts are settled on the invoice, so that requests cost what `scripted` costs.
      price: {
        ...scripted.price,
        terms: [{ shape: "free-allowance", kind: "outputTokens", units: 20_000 }],
      },
    },
    { ...hasty, name: "scripted-hasty", container, instanceType: "ml.c6i.large", usage: "running" },
    {
      ...hasty,
      name: "scripted-hasty-drain",
      container,
      instanceType: "ml.c6i.large",
      usage: "running",
      price: { ...scripted.price, onAbort: "drain" },
    },
    // With what a price may say of clients that hang up and of models that fail.
    {
      ...scripted,
      name: "scripted-drain",
      container,
      instanceType: "ml.c6i.large",
      usage: "running",
      price: { ...scripted.price, onAbort: "drain" },
    },
    {
      ...scripted,
      name: "scripted-waive",
      container,
      instanceType: "ml.c6i.large",
      usage: "running",
      price: { ...scripted.price, onAbort: "waive", onFailure: "waive" },
    },
    // Every request is dear, and has time enough to leave checkpoints.
    {
      ...scripted,
      name: "scripted-dear",
      container,
      instanceType: "ml.c6i.large",
      usage: "running",
      limits: { ...scripted.limits, requestSeconds: 30 },
      price: { ...scripted.price, journalAbove: "0" },
    },
    // Behind a URL: rewritten to the scripted server's address, but for the last.
    { ...scripted, name: "scripted-url", url: elsewhere, urlModel: "name-on-that-server" },
    { ...hasty, name: "scripted-hasty-url", url: elsewhere, urlModel: "hasty" },
    { ...scripted, name: "unreachable", url: elsewhere },
  ],
});
