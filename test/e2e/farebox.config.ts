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
    { ...prediction, name: "scripted-prediction" },
    { ...prediction, name: "scripted-hasty-prediction", limits: { requestSeconds: 3 } },
    // On SageMaker, with and without usage in every chunk.
    { ...scripted, name: "scripted", container, instanceType: "ml.c6i.large", usage: "running" },
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
    // Behind a URL: the first is rewritten to the scripted server's address, on the second nobody listens.
    { ...scripted, name: "scripted-url", url: "http://127.0.0.1:2/v1", urlModel: "name-on-that-server" },
    { ...hasty, name: "scripted-hasty-url", url: "http://127.0.0.1:2/v1", urlModel: "hasty" },
    { ...scripted, name: "unreachable", url: "http://127.0.0.1:2/v1" },
  ],
});
