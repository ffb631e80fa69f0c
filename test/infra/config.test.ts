import { describe, expect, test } from "vitest";
import { tasks } from "../../core/catalogue/task.ts";
import { defineFarebox } from "../../infra/config.ts";
import { mistakes } from "./config-mistakes.ts";
import { chatModel, downloadedModel, exampleConfig, gpuModel, servedModel } from "./example-config.ts";

const withModel = (overrides: object) => ({ ...exampleConfig(), models: [{ ...chatModel, ...overrides }] });
const withPrice = (price: object) => withModel({ price: { ...chatModel.price, ...price } });
const withLimits = (limits: object) => withModel({ limits: { ...chatModel.limits, ...limits } });

describe("a refusal names the field, what is wrong, and what to write instead", () => {
  test.each<[string, unknown, string]>([
    [
      "a stage in capitals",
      { ...exampleConfig(), stage: "Prod" },
      "stage: is not a stage; write 1 to 12 lower case letters and digits, a letter first",
    ],
    [
      "an account as a number",
      { ...exampleConfig(), account: 123456789012 },
      "account: is 123456789012; write a string",
    ],
    ["no region", { ...exampleConfig(), regions: [] }, "regions[0]: is missing; write a string"],
    [
      "a region that is none",
      { ...exampleConfig(), regions: ["us-eat-1"] },
      'regions[0]: is not an AWS region; write one like "us-east-1"',
    ],
    [
      "a region twice",
      { ...exampleConfig(), regions: ["us-east-1", "us-east-1"] },
      "regions: has a region twice",
    ],
    [
      "an origin with a path",
      { ...exampleConfig(), allowedOrigins: ["https://a.example/b"] },
      'allowedOrigins[0]: is not an origin; write one like "https://app.example.com", without a path, or "*"',
    ],
    [
      "any origin beside another",
      { ...exampleConfig(), allowedOrigins: ["*", "https://a.example"] },
      'allowedOrigins: has "*" beside others; any origin is "*" alone',
    ],
    [
      "an image host as a URL",
      { ...exampleConfig(), imageHosts: ["https://img.example.com"] },
      'imageHosts[0]: is not a host; write a name like "images.example.com", in lower case, without scheme, port or path',
    ],
    [
      "an image host as an address",
      { ...exampleConfig(), imageHosts: ["10.0.0.1"] },
      'imageHosts[0]: is not a host; write a name like "images.example.com", in lower case, without scheme, port or path',
    ],
    [
      "half a throttle",
      { ...exampleConfig(), throttle: { burst: 1 } },
      "throttle.requestsPerSecond: is missing; write a number",
    ],
    [
      "a retention that S3 does not have",
      { ...exampleConfig(), archive: { retentionDays: 36_501 } },
      "archive.retentionDays: is more than 36500, the longest that S3 keeps anything",
    ],
    [
      "a lock that S3 does not have",
      { ...exampleConfig(), archive: { mode: "legal-hold" } },
      "archive.mode: is 'legal-hold'; write one of governance, compliance",
    ],
    [
      "a field that is none",
      { ...exampleConfig(), model: [] },
      'the configuration: has no field "model"; remove it, or correct its spelling',
    ],
    ["no model", { ...exampleConfig(), models: [] }, "models: is empty; write at least one model"],
    [
      "a version twice",
      exampleConfig({ models: [chatModel, chatModel] }),
      "models[1].version: is the version of models[0], too",
    ],
    [
      "two versions for one bare name",
      exampleConfig({ models: [chatModel, { ...chatModel, version: "2.0.0" }] }),
      "models[1].name: is the name of models[0]; write `pinnedOnly: true` at every version but one",
    ],
    [
      "a bare name that means nothing",
      withModel({ pinnedOnly: true }),
      'models[0].pinnedOnly: is written at every version; remove it from the one that the bare name "tiny-chat" means',
    ],
    [
      "a version at another price",
      exampleConfig({
        models: [
          chatModel,
          {
            ...chatModel,
            version: "2.0.0",
            pinnedOnly: true,
            price: { ...chatModel.price, outputPerMillionTokens: "1" },
          },
        ],
      }),
      "models[1].price: is not that of models[0]; the versions of a model have one price",
    ],
    [
      "a successor that there is not",
      withModel({ deprecated: { at: "2026-12-01", sunset: "2027-01-01", successor: "tiny-chat@2.0.0" } }),
      'models[0].deprecated: names the successor "tiny-chat@2.0.0", which is not among the models',
    ],
    [
      "a sunset before the deprecation",
      withModel({ deprecated: { at: "2026-12-01", sunset: "2026-11-30", successor: "tiny-chat" } }),
      "models[0].deprecated.sunset: is before `at`",
    ],
    [
      "names that meet in one endpoint",
      exampleConfig({
        models: [
          { ...chatModel, name: "a.b" },
          { ...chatModel, name: "a-b" },
        ],
      }),
      "models[1].name: is the name of models[0]; names are unique, and a dot counts as a dash",
    ],
    [
      "a name with a space",
      withModel({ name: "tiny chat" }),
      "models[0].name: is not a model name; write lower case letters, digits, dots and dashes",
    ],
    [
      "a version that is none",
      withModel({ version: "v1" }),
      'models[0].version: is not a version; write one like "1.0.0"',
    ],
    [
      "a task that is none",
      withModel({ task: "video" }),
      `models[0].task: is not a task; write one of ${tasks.join(", ")}`,
    ],
    [
      "an unknown artifact",
      withModel({ artifact: "huge" }),
      "models[0].artifact: is no folder of models/demo; write one of tiny-digits-cnn, tiny-entertainment-chat, tiny-entertainment-embed",
    ],
    [
      "no source",
      withModel({ artifact: undefined }),
      "models[0]: has no source; write exactly one of artifact, huggingFace, url, container",
    ],
    [
      "two sources",
      withModel({ huggingFace: "a/b" }),
      "models[0]: has several sources (artifact, huggingFace); write exactly one of artifact, huggingFace, url, container",
    ],
    [
      "instances of a server elsewhere",
      { ...exampleConfig(), models: [{ ...servedModel, copies: 2 }] },
      "models[0].copies: has no meaning: a server behind a url runs on no instances of ours; remove it",
    ],
    [
      "a server's model without its server",
      withModel({ urlModel: "llama" }),
      "models[0].urlModel: names a model on a server; write that server's url as well",
    ],
    [
      "a container without a size",
      { ...exampleConfig(), models: [{ ...gpuModel, instanceType: undefined }] },
      'models[0].instanceType: is missing; a container of your own decides what it needs ("ml.g5.xlarge")',
    ],
    [
      "an image outside ECR",
      withModel({
        artifact: undefined,
        instanceType: "ml.g5.xlarge",
        container: { image: "docker.io/vllm:1" },
      }),
      'models[0].container.image: is not an image in ECR, where SageMaker pulls from; write "<account>.dkr.ecr.{region}.amazonaws.com/<repository>:<tag>", or "<repository>:<tag>" of an AWS Deep Learning Container',
    ],
    [
      "an instance type of EC2",
      withModel({ instanceType: "c6i.large" }),
      'models[0].instanceType: is not a SageMaker instance type; they look like "ml.c6i.large"',
    ],
    ["half a copy", withModel({ copies: 0.5 }), "models[0].copies: is not a whole number above zero"],
    [
      "a price as a number",
      withPrice({ inputPerMillionTokens: 0.1 }),
      'models[0].price.inputPerMillionTokens: is a number; write it as a string ("0.1"): money is exact',
    ],
    [
      "batches for nothing",
      withPrice({ batchDiscountPercent: 100 }),
      "models[0].price.batchDiscountPercent: is not a discount; write whole percents from 0 to 99",
    ],
    [
      "a price that is negative",
      withPrice({ inputPerMillionTokens: "-1" }),
      'models[0].price.inputPerMillionTokens: is "-1", not an amount in dollars; write digits, with at most 12 of them after the dot ("0.0375")',
    ],
    [
      "a price finer than a picodollar per token",
      withPrice({ inputPerMillionTokens: "0.0000001" }),
      "models[0].price.inputPerMillionTokens: is not a whole number of picodollars per token; write at most 6 digits after the dot, since money is never rounded",
    ],
    [
      "output without a price",
      withPrice({ outputPerMillionTokens: undefined }),
      "models[0].price.outputPerMillionTokens: is missing; write a string",
    ],
    [
      "an abort policy that is none",
      withPrice({ onAbort: "refund" }),
      "models[0].price.onAbort: is 'refund'; write one of bill-delivered, drain, waive",
    ],
    [
      "a failure policy that is none",
      withPrice({ onFailure: "drain" }),
      "models[0].price.onFailure: is 'drain'; write one of bill-delivered, waive",
    ],
    [
      "a threshold of progress records as a number",
      withPrice({ journalAbove: 0.05 }),
      'models[0].price.journalAbove: is a number; write it as a string ("0.05"): money is exact',
    ],
    [
      "a rate that the task does not have",
      { ...exampleConfig(), models: [{ ...chatModel, task: "embeddings", limits: {} }] },
      'models[0].price: has no field "outputPerMillionTokens"; remove it, or correct its spelling',
    ],
    [
      "tiers that end",
      withPrice({
        terms: [{ shape: "volume", kind: "inputTokens", tiers: [{ upTo: 10, perMillionTokens: "0.1" }] }],
      }),
      "models[0].price.terms[0]: is refused: The last tier must be open (no `upTo`), or larger quantities would have no price. (volume, inputTokens)",
    ],
    [
      "two terms for one quantity",
      withPrice({
        terms: [
          { shape: "free-allowance", kind: "inputTokens", units: 10 },
          { shape: "package", kind: "inputTokens", units: 10, packagePrice: "1" },
        ],
      }),
      "models[0].price.terms: is refused: More than one term prices inputTokens.",
    ],
    [
      "an allowance of something without a rate",
      withPrice({ terms: [{ shape: "free-allowance", kind: "images", units: 10 }] }),
      "models[0].price.terms[0]: is refused: A free-allowance term needs a rate of images: requests are held at it.",
    ],
    [
      "a tier of tokens quoted by the piece",
      withPrice({ terms: [{ shape: "graduated", kind: "inputTokens", tiers: [{ perMillionTokens: 0.1 }] }] }),
      'models[0].price.terms[0].tiers[0].perMillionTokens: is a number; write it as a string ("0.1"): money is exact',
    ],
    [
      "tiers of a kind that is none",
      withPrice({ terms: [{ shape: "volume", kind: "tokens", tiers: [] }] }),
      "models[0].price.terms[0].kind: is not a kind of usage; write one of inputTokens, cachedInputTokens, outputTokens, images, audioSeconds, characters, requests",
    ],
    [
      "a shape that is none",
      withPrice({ terms: [{ shape: "stairs", kind: "inputTokens" }] }),
      "models[0].price.terms[0].shape: is not a shape of prices; write one of graduated, volume, package, free-allowance",
    ],
    [
      "a request longer than SageMaker allows",
      withLimits({ requestSeconds: 481 }),
      "models[0].limits.requestSeconds: is more than 480: SageMaker ends every answer after 8 minutes",
    ],
    [
      "a default above its maximum",
      withLimits({ outputTokensDefault: 257 }),
      "models[0].limits.outputTokensDefault: is 257, more than the limit above it (256)",
    ],
    [
      "more output than context",
      withLimits({ outputTokens: 513 }),
      "models[0].limits.outputTokens: is 513, more than the limit above it (512)",
    ],
    [
      "a day that is none",
      withModel({ released: "2026-02-30" }),
      'models[0].released: is not a day; write one like "2026-11-20"',
    ],
    ["nothing at all", undefined, "the configuration: is missing; write an object"],
  ])("%s", (_what, config, mistake) => {
    expect(mistakes(config)).toEqual([mistake]);
  });
});

test("every mistake is reported at once, also in fields that depend on each other", () => {
  const model = {
    ...chatModel,
    name: "Tiny",
    artifact: 3,
    url: "x",
    copies: 1.5,
    limits: { contextTokens: "512", outputTokens: 10, outputTokensDefault: 20 },
    price: { inputPerMillionTokens: 0.1 },
  };
  const found = mistakes({ ...exampleConfig(), stage: "", models: [model, 3] }).map(
    (line) => line.split(": ")[0],
  );
  expect(found).toHaveLength(12);
  expect(new Set(found)).toEqual(
    new Set([
      "models[0]",
      "models[0].artifact",
      "models[0].copies",
      "models[0].copies",
      "models[0].limits.contextTokens",
      "models[0].limits.outputTokensDefault",
      "models[0].name",
      "models[0].price.inputPerMillionTokens",
      "models[0].price.outputPerMillionTokens",
      "models[0].url",
      "models[1]",
      "stage",
    ]),
  );
});

describe("what is left out has a default", () => {
  test("one line of source is a whole chat model", () => {
    const { models } = defineFarebox(exampleConfig({ models: [downloadedModel] }));
    expect(models[0]).toEqual({
      name: "smollm2",
      version: "1.0.0",
      task: "chat",
      description: "Downloaded.",
      createdSeconds: 0,
      source: {
        kind: "hugging-face",
        repository: "HuggingFaceTB/SmolLM2-135M-Instruct",
        instanceType: "ml.c6i.large",
        copies: 1,
      },
      limits: {
        contextTokensMax: 8192,
        outputTokensMax: 4096,
        outputTokensDefault: 1024,
        requestMsMax: 300_000,
      },
      usage: "running",
      rates: { inputTokens: 50_000n, outputTokens: 100_000n },
      policies: {},
      batchDiscountPercent: 50,
      terms: [],
    });
  });

  test("a small context makes the other defaults smaller", () => {
    const { models } = defineFarebox(
      exampleConfig({ models: [{ ...chatModel, limits: { contextTokens: 300 } }] }),
    );
    expect(models[0]?.limits).toMatchObject({ outputTokensMax: 300, outputTokensDefault: 300 });
  });

  test("a classifier takes one image per request, and anything else is sold by the request", () => {
    const { models } = defineFarebox(
      exampleConfig({
        models: [
          {
            name: "digits",
            version: "1.0.0",
            task: "image-classification",
            description: "Digits.",
            artifact: "tiny-digits-cnn",
            price: { perImage: "0.5" },
          },
          { ...gpuModel, name: "ranker", task: "prediction", price: { perRequest: "0.25" } },
        ],
      }),
    );
    expect(models[0]).toMatchObject({ limits: { imagesMax: 1 }, rates: { images: 500_000_000_000n } });
    expect(models[1]?.limits).not.toHaveProperty("imagesMax");
    expect(models[1]?.rates).toEqual({ requests: 250_000_000_000n });
  });

  test("the first region is home, any web page may call, evidence is kept for thirteen months, and nothing says an account", () => {
    const farebox = defineFarebox(exampleConfig({ regions: ["eu-west-1", "us-east-1"] }));
    expect(farebox).toMatchObject({ homeRegion: "eu-west-1", allowedOrigins: ["*"] });
    expect(farebox.archive).toEqual({ mode: "governance", retentionDays: 400 });
    expect(farebox).not.toHaveProperty("account");
  });
});
