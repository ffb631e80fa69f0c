import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model } from "../../../../core/catalogue/model.ts";
import type { ModelPayload } from "../../../../core/inference/ports.ts";
import { serveRequest } from "../../../../core/inference/serve-request.ts";
import { type TranscriptionRequest, transcription } from "../../../../core/inference/tasks/transcription.ts";
import { picodollars } from "../../../../core/money.ts";
import { memoryInference } from "../../../support/memory-inference.ts";
import { present } from "../../../support/present.ts";
import { sampleModel, samplePrincipal } from "../../../support/samples.ts";
import { encode } from "../../../support/sse.ts";
import { wave } from "../../../support/wave.ts";

const limits = { contextTokensMax: 0, outputTokensMax: 0, outputTokensDefault: 0, requestMsMax: 60_000 };
const model: Model = {
  ...sampleModel,
  task: "transcription",
  limits: { ...limits, audioSecondsMax: 1500 },
  price: { ...present(sampleModel.price), rates: { audioSeconds: picodollars(100n) } },
};

const fourSeconds = wave({ channels: 2, samplesPerSecond: 8000, bitsPerSample: 16 }, 4 * 32_000);
/** Of a format that does not say how long it is: at most two seconds by its bytes. */
const compressed = new Uint8Array(1000);

const requestOf = (
  said: Partial<TranscriptionRequest> = {},
  content = fourSeconds,
): TranscriptionRequest => ({
  model: model.name,
  format: "json",
  audio: { content, fileName: "audio.wav", contentType: "audio/wav" },
  fields: [],
  ...said,
});

const ask = async (request: TranscriptionRequest, reply: unknown, asked = model) => {
  const sent: ModelPayload[] = [];
  const { ports, events } = memoryInference({
    model: asked,
    wallet: picodollars(10n ** 24n),
    invoke: async (_endpoint, payload) => {
      sent.push(payload);
      return { ok: true, body: encode(typeof reply === "string" ? reply : JSON.stringify(reply)) };
    },
  });
  return { served: await serveRequest(ports)(samplePrincipal, transcription(request)), events, sent };
};

describe("seconds are", () => {
  const text = "hello";
  test.each<[string, TranscriptionRequest, unknown, number, string]>([
    ["OpenAI's usage", requestOf(), { text, usage: { type: "duration", seconds: 3 } }, 3, "reported"],
    [
      "the duration of a long answer",
      requestOf({ format: "verbose_json" }),
      { text, duration: 2.1 },
      3,
      "reported",
    ],
    ["the same as a text, as vLLM writes it", requestOf(), { text, duration: "2.1" }, 3, "reported"],
    ["the file's, for an answer in tokens", requestOf(), { text, usage: { type: "tokens" } }, 4, "counted"],
    ["the file's, for a length that is none", requestOf(), { text, duration: -1 }, 4, "counted"],
    ["the file's, for words alone", requestOf({ format: "text" }), "hello\n", 4, "counted"],
    ["as many as the bytes can hold", requestOf({}, compressed), { text }, 2, "estimated"],
    ["none, where the model says so", requestOf(), { text: "", duration: 0 }, 0, "reported"],
  ])("%s", async (_, request, reply, audioSeconds, source) => {
    const { events } = await ask(request, reply);
    expect(events).toMatchObject([
      { task: "transcription", outcome: "completed", source, quantities: { audioSeconds, requests: 1 } },
    ]);
    expect(present(events[0]).cost).toBe(BigInt(audioSeconds) * 100n);
    expect(present(events[0]).quantities).toHaveProperty("audioSeconds");
  });
});

test("the hold is what the file can be at most, and no more than the model takes", () => {
  const most = (content: Uint8Array<ArrayBuffer>, limited = model) =>
    transcription(requestOf({}, content)).worstCase(limited);
  expect(most(fourSeconds)).toEqual({ audioSeconds: 4, requests: 1 });
  expect(most(compressed)).toEqual({ audioSeconds: 2, requests: 1 });
  expect(most(new Uint8Array(4 * 1024 * 1024))).toEqual({ audioSeconds: 1500, requests: 1 });
  expect(most(new Uint8Array(4 * 1024 * 1024), { ...model, limits })).toMatchObject({ audioSeconds: 8389 });
});

test("whatever length a model reports, there is one event, and its cost is that length's up to the hold", () =>
  fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.uint8Array({ minLength: 1, maxLength: 5000 }),
      async (duration, noise) => {
        const { events } = await ask(requestOf({}, Uint8Array.from(noise)), { text: "", duration });
        expect(events).toHaveLength(1);
        const { cost, hold, quantities } = present(events[0]);
        const full = BigInt(Math.ceil(duration)) * 100n;
        expect(quantities.audioSeconds).toBe(Math.ceil(duration));
        expect(cost).toBe(full < hold ? full : hold);
      },
    ),
  ));

describe("an answer", () => {
  test("in JSON has the cost in its usage", async () => {
    const { served } = await ask(requestOf(), { text: "hello", usage: { type: "duration", seconds: 4 } });
    expect(served).toMatchObject({
      kind: "whole",
      body: '{"text":"hello","usage":{"type":"duration","seconds":4,"cost":0.0000000004}}',
    });
  });

  test("without usage says what was counted, and what is only a guess", async () => {
    const counted = await ask(requestOf(), { text: "hello" });
    expect(counted.served).toMatchObject({
      body: expect.stringContaining('{"type":"duration","seconds":4,"cost"'),
    });
    const guessed = await ask(requestOf({}, compressed), { text: "hello" });
    expect(guessed.served).toMatchObject({ body: expect.stringContaining('"estimated":true') });
  });

  test.each(["text", "srt", "vtt"] as const)(
    "in %s is passed on as text, whatever it says it is",
    async (format) => {
      const { served } = await ask(requestOf({ format }), "<b>hello</b>");
      expect(served).toMatchObject({
        kind: "raw",
        contentType: "text/plain; charset=utf-8",
        body: encode("<b>hello</b>"),
        cost: 400n,
      });
    },
  );

  test.each([
    ["no JSON", "hello"],
    ["no text", { words: [] }],
    ["a list", []],
  ])("that has %s where JSON was asked for is a failure, and free", async (_, reply) => {
    const { served, events } = await ask(requestOf(), reply);
    expect(served).toMatchObject({ kind: "refused", refusal: { code: "model_error" } });
    expect(events).toMatchObject([{ outcome: "failed", cost: 0n, quantities: {} }]);
  });
});

test("what is longer than the model takes, for sure, is refused before it costs anything", async () => {
  const strict = { ...model, limits: { ...limits, audioSecondsMax: 3 } };
  const { served, events } = await ask(requestOf(), { text: "" }, strict);
  expect(served).toMatchObject({ kind: "refused", refusal: { code: "invalid_request", param: "file" } });
  expect(events).toEqual([]);
});

test("the model is sent a form: the recording, and what the client said", async () => {
  const { sent } = await ask(
    requestOf({
      format: "verbose_json",
      fields: [
        { name: "language", text: "en" },
        { name: "timestamp_granularities[]", text: "word" },
      ],
    }),
    { text: "" },
  );
  const [payload] = sent.map(({ contentType, ...rest }) => ({
    ...rest,
    headers: { "content-type": contentType },
  }));
  const { headers, body, operation } = present(payload);
  expect(operation).toBe("audio/transcriptions");
  const form = await new Response(Buffer.from(body), { headers }).formData();
  expect([...form.keys()]).toEqual([
    "model",
    "response_format",
    "language",
    "timestamp_granularities[]",
    "file",
  ]);
  expect(form.get("response_format")).toBe("verbose_json");
  const file = form.get("file");
  expect(file instanceof File && (await file.bytes())).toEqual(fourSeconds);
});
