import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { wave } from "../support/wave.ts";
import { type TestPlatform, repositoryRoot, sharedTestPlatform, textOf } from "./test-platform.ts";

/** The tasks of OpenAI's API beside chat and embeddings, through the official client and the running stacks. */

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

const client = () => platform.client(apiKey);
const canary = "canary-51fe";

const post = async (route: string, body: object) => {
  const response = await fetch(`${platform.platform.baseUrl}/${route}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
  });
  return { response, answer: JSON.parse(await response.text()) };
};

describe("completions", () => {
  const model = "scripted-completion";

  test("continue prompts, with the exact cost in their usage", async () => {
    const events = await platform.eventsOf(async () => {
      const answer = await client().completions.create({ model, prompt: [canary, "b"], n: 2, max_tokens: 9 });
      expect(answer.object).toBe("text_completion");
      expect(answer.choices.map(({ text }) => text)).toEqual(Array(4).fill(" once upon time"));
      expect(answer.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 12, cost: 0.000034 });
    });
    expect(events).toMatchObject([
      {
        task: "completion",
        outcome: "completed",
        source: "reported",
        quantities: { inputTokens: 10, outputTokens: 12, requests: 1 },
        cost: 34_000_000n,
      },
    ]);
  });

  test("stream in OpenAI's chunks, and end with usage where it was asked for", async () => {
    const events = await platform.eventsOf(async () => {
      let text = "";
      const usages: unknown[] = [];
      for await (const chunk of await client().completions.create({
        model,
        prompt: canary,
        stream: true,
        stream_options: { include_usage: true },
      })) {
        text += chunk.choices[0]?.text ?? "";
        if (chunk.usage) usages.push(chunk.usage);
      }
      expect(text).toBe(" once upon time");
      expect(usages).toMatchObject([{ prompt_tokens: 5, completion_tokens: 3, cost: 0.000011 }]);
    });
    expect(events).toMatchObject([
      { streamed: true, outcome: "completed", source: "reported", quantities: { outputTokens: 3 } },
    ]);
  });
});

describe("transcriptions", () => {
  const model = "scripted-transcription";
  const speech = (seconds: number) =>
    new File(
      [wave({ channels: 1, samplesPerSecond: 8000, bitsPerSample: 16 }, seconds * 16_000)],
      `${canary}.wav`,
      {
        type: "audio/wav",
      },
    );
  const transcribe = (fields: object, asked = model) =>
    client().audio.transcriptions.create({ file: speech(5), model: asked, ...fields });

  test.each<[string, object, string, unknown, number, string]>([
    [
      "json",
      {},
      model,
      expect.objectContaining({ text: "heard a file", usage: { type: "duration", seconds: 3, cost: 0.003 } }),
      3,
      "reported",
    ],
    [
      "verbose_json",
      { response_format: "verbose_json", timestamp_granularities: ["word"], prompt: "2.5" },
      model,
      expect.objectContaining({ text: "heard a file", duration: "2.5" }),
      3,
      "reported",
    ],
    ["text", { response_format: "text" }, model, "heard a file\n", 5, "counted"],
    ["vtt", { response_format: "vtt" }, model, expect.stringMatching(/^WEBVTT/), 5, "counted"],
    [
      "a form on SageMaker",
      {},
      "scripted-hosted-transcription",
      expect.objectContaining({ text: "heard a file" }),
      3,
      "reported",
    ],
  ])("in %s are metered in seconds", async (_, fields, asked, answer, audioSeconds, source) => {
    const events = await platform.eventsOf(async () => {
      const transcript = await transcribe(fields, asked);
      expect(transcript).toEqual(answer);
    });
    expect(events).toMatchObject([
      {
        model: asked,
        outcome: "completed",
        source,
        quantities: { audioSeconds, requests: 1 },
        cost: BigInt(audioSeconds) * 1_000_000_000n,
        hold: 5_000_000_000n,
      },
    ]);
  });

  test("reach the model as a form, without the customer's name for the file", async () => {
    await transcribe({ language: "en" });
    expect(platform.scripted.received.at(-1)).toMatchObject({
      path: "/v1/audio/transcriptions",
      body: { model: ["whisper-there"], language: ["en"], file: ["audio.wav"] },
    });
  });

  test("longer than the model takes are refused, and free", async () => {
    await expect(client().audio.transcriptions.create({ file: speech(61), model })).rejects.toMatchObject({
      status: 400,
      code: "invalid_request",
      param: "file",
    });
  });

  test("sent twice under one key are billed once, whatever their boundary", async () => {
    const events = await platform.eventsOf(async () => {
      const options = { headers: { "Idempotency-Key": "speech-1" } };
      const first = await client().audio.transcriptions.create({ file: speech(5), model }, options);
      expect(await client().audio.transcriptions.create({ file: speech(5), model }, options)).toEqual(first);
    });
    expect(events).toHaveLength(1);
  });
});

test("images are made, counted, and never behind a URL", async () => {
  const model = "scripted-images";
  const events = await platform.eventsOf(async () => {
    const { data, ...answer } = await client().images.generate({
      model,
      prompt: canary,
      n: 2,
      size: "512x512",
    });
    expect(data).toEqual([{ b64_json: "iVBORw0KGgo=" }, { b64_json: "iVBORw0KGgo=" }]);
    expect(answer).toMatchObject({ usage: { images: 2, cost: 0.02 } });
  });
  expect(events).toMatchObject([
    { task: "image-generation", quantities: { images: 2, requests: 1 }, cost: 20_000_000_000n },
  ]);
  await expect(
    client().images.generate({ model, prompt: canary, response_format: "url" }),
  ).rejects.toMatchObject({ status: 400, param: "response_format" });
});

test("content is judged, in each form that the client sends it, by the character", async () => {
  const model = "scripted-moderation";
  const events = await platform.eventsOf(async () => {
    const { results } = await client().moderations.create({ model, input: ["a fight", "péace"] });
    expect(results.map(({ flagged }) => flagged)).toEqual([true, false]);
  });
  expect(events).toMatchObject([
    { task: "moderation", source: "counted", quantities: { characters: 12, requests: 1 }, cost: 12_000_000n },
  ]);
  await expect(
    client().moderations.create({
      model,
      input: [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }],
    }),
  ).rejects.toMatchObject({ status: 400, param: "input[0].image_url.url" });
});

test("the digits are classified from JSON, as from bytes", async () => {
  const file = path.join(repositoryRoot, "models/demo/samples/digit_7.png");
  const image = readFileSync(file).toString("base64");
  const events = await platform.eventsOf(async () => {
    const { response, answer } = await post("images/classifications", {
      model: "tiny-digits",
      image,
      top_k: 2,
    });
    expect(response.status).toBe(200);
    expect(answer).toMatchObject({
      predictions: [{ label: "seven" }, {}],
      usage: { images: 1, cost: 0.0001 },
    });
  });
  expect(events).toMatchObject([
    { task: "image-classification", quantities: { images: 1 }, cost: 100_000_000n },
  ]);
});

test("titles are recommended by the demo model, metered as one request", async () => {
  const events = await platform.eventsOf(async () => {
    const { response, answer } = await post("models/tiny-recommender/predict", {
      history: ["Nine Doors North is a fantasy movie about a map maker"],
      candidates: ["refund order 48213 please", "a comedy series", "a fantasy movie"],
      top_k: 1,
    });
    expect(response.headers.get("x-farebox-cost")).toBe("0.00002");
    expect(answer.recommendations).toMatchObject([{ title: "a fantasy movie", index: 2 }]);
  });
  expect(events).toMatchObject([{ task: "recommendation", quantities: { requests: 1 }, cost: 20_000_000n }]);
});

test.each([
  ["scripted-completion", "POST /v1/completions"],
  ["scripted-transcription", "POST /v1/audio/transcriptions"],
  ["scripted-images", "POST /v1/images/generations"],
  ["scripted-moderation", "POST /v1/moderations"],
  ["tiny-digits", "POST /v1/images/classifications"],
  ["tiny-recommender", "POST /v1/models/tiny-recommender/predict"],
])("%s is no chat model: the refusal says what to call it with", async (model, route) => {
  const { response, answer } = await post("chat/completions", {
    model,
    messages: [{ role: "user", content: canary }],
  });
  expect(response.status).toBe(400);
  expect(answer.error).toMatchObject({
    code: "wrong_task",
    message: expect.stringContaining(`call it with ${route}.`),
  });
});

test("nothing that was sent was logged, and no function was denied anything it needs", () => {
  expect(textOf(platform.log)).not.toContain(canary);
  expect(platform.platform.cloud.denials()).toEqual([]);
});
