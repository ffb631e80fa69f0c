import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Script } from "../support/scripted-model.ts";
import { type TestPlatform, repositoryRoot, sharedTestPlatform, textOf } from "./test-platform.ts";

/** Predictions: bytes of any type to a model, and its bytes back. */

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

const digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const sampleOf = (digit: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(path.join(repositoryRoot, `models/demo/samples/digit_${digit}.png`)));

const predict = (
  model: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${platform.platform.baseUrl}/models/${model}/predict`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
  });

const png = { "content-type": "image/png" };
const canary = "canary-77c0";
const play = (
  script: Script,
  headers: Record<string, string> = {},
  model = "scripted-prediction",
): Promise<Response> => predict(model, JSON.stringify({ canary, script }), headers);

describe("the digits", () => {
  test.each(digits.map((label, digit) => [label, digit] as const))(
    "%s is read from its image's bytes",
    async (label, digit) => {
      const response = await predict("tiny-digits", sampleOf(digit), png);
      expect(response.status).toBe(200);
      const answer: { readonly predictions: readonly { readonly label: string }[] } = JSON.parse(
        await response.text(),
      );
      expect(answer.predictions[0]?.label).toBe(label);
    },
  );

  test("an image as JSON gives the same answer as its bytes", async () => {
    const image = `data:image/png;base64,${Buffer.from(sampleOf(3)).toString("base64")}`;
    const asJson = await predict("tiny-digits", JSON.stringify({ image }));
    const asBytes = await predict("tiny-digits", sampleOf(3), png);
    expect(await asJson.text()).toBe(await asBytes.text());
  });

  test("an image is metered as one: the event, the header and the generation say so", async () => {
    let response: Response | undefined;
    const events = await platform.eventsOf(async () => {
      response = await predict("tiny-digits", sampleOf(7), png);
    });
    expect(events).toMatchObject([
      {
        model: "tiny-digits",
        task: "image-classification",
        outcome: "completed",
        source: "reported",
        streamed: false,
        quantities: { images: 1, requests: 1 },
        cost: 100_000_000n,
        hold: 100_000_000n,
      },
    ]);
    expect(response?.headers.get("x-farebox-cost")).toBe("0.0001");
    const id = response?.headers.get("x-request-id");
    const generation = await fetch(`${platform.platform.baseUrl}/generations/${id}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(await generation.json()).toMatchObject({
      id,
      usage: { images: 1, total_tokens: 0, cost: 0.0001 },
    });
  });

  test.each<[string, Uint8Array<ArrayBuffer> | string, Record<string, string>]>([
    ["no image", "", png],
    ["half an image", sampleOf(1).subarray(0, 300), png],
    ["a text that says it is one", canary, png],
    ["JSON without one", "{}", {}],
    ["JSON that is none", canary, {}],
  ])("%s is refused in the model's words, and free", async (_, body, headers) => {
    const events = await platform.eventsOf(async () => {
      const response = await predict("tiny-digits", body, headers);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: "rejected_by_model" } });
    });
    expect(events).toMatchObject([{ outcome: "failed", cost: 0n, quantities: {} }]);
  });
});

describe("bytes", () => {
  const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index);

  test.each(["application/octet-stream", "image/webp", "audio/wav", "video/mp4", "text/plain"])(
    "of %s arrive as they were sent, and come back as they were answered",
    async (type) => {
      const response = await predict("scripted-prediction", allBytes, { "content-type": type, accept: type });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe(type);
      expect(await response.bytes()).toEqual(allBytes);
      const received = platform.scripted.received.at(-1);
      expect(received?.headers).toMatchObject({ "content-type": type, accept: type });
      expect(JSON.stringify(received)).not.toContain("fbx_");
    },
  );

  test("none at all are an answer as well, metered as a request", async () => {
    const events = await platform.eventsOf(async () => {
      const response = await play({ body: "", contentType: "application/octet-stream" });
      expect(response.status).toBe(200);
      expect(await response.bytes()).toHaveLength(0);
      expect(response.headers.get("x-farebox-cost")).toBe("0.002");
    });
    expect(events).toMatchObject([
      { task: "prediction", source: "counted", quantities: { requests: 1 }, cost: 2_000_000_000n },
    ]);
  });

  test.each(["text/html", "image/svg+xml", "text/javascript", "application/xhtml+xml; charset=utf-8"])(
    "that a model calls %s are handed on as bytes of no type, which no browser runs",
    async (contentType) => {
      const response = await play({ body: "<script>alert(1)</script>", contentType });
      expect(response.headers.get("content-type")).toBe("application/octet-stream");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await response.text()).toBe("<script>alert(1)</script>");
    },
  );

  test("are replayed under one Idempotency-Key and billed once; another model or type is another request", async () => {
    const headers = { ...png, accept: "image/png", "idempotency-key": "digit" };
    const events = await platform.eventsOf(async () => {
      const first = await predict("scripted-prediction", allBytes, headers);
      const second = await predict("scripted-prediction", allBytes, headers);
      expect(await second.bytes()).toEqual(await first.bytes());
      expect(second.headers.get("content-type")).toBe("image/png");
      expect(second.headers.get("x-content-type-options")).toBe("nosniff");
      expect(second.headers.get("idempotent-replayed")).toBe("true");
    });
    expect(events).toHaveLength(1);
    expect((await predict("tiny-digits", allBytes, headers)).status).toBe(422);
    const asJpeg = { ...headers, "content-type": "image/jpeg" };
    expect((await predict("scripted-prediction", allBytes, asJpeg)).status).toBe(422);
  });
});

describe("a model that fails", () => {
  test.each<[string, Script, string, number, string]>([
    ["breaks", { status: 500 }, "scripted-prediction", 502, "model_error"],
    ["is full", { status: 429 }, "scripted-prediction", 503, "model_overloaded"],
    ["is silent", { hang: true }, "scripted-hasty-prediction", 504, "model_timeout"],
  ])("because it %s costs nothing and tells nothing", async (_, script, model, status, code) => {
    const events = await platform.eventsOf(async () => {
      const response = await play(script, {}, model);
      expect(response.status).toBe(status);
      const text = await response.text();
      expect(text).toContain(code);
      expect(text).not.toMatch(/secret-internals|canary/);
    });
    expect(events).toMatchObject([{ outcome: "failed", failure: code, cost: 0n }]);
  });
});

describe("a request that makes no sense reaches no model", () => {
  test.each<[string, () => Promise<Response>, number, string]>([
    ["another task's model", () => predict("tiny-chat", "{}"), 400, "wrong_task"],
    ["an embedding model", () => predict("tiny-embed", "{}"), 400, "wrong_task"],
    ["no such model", () => predict("nothing", "{}"), 404, "model_not_found"],
    ["no such model, encoded", () => predict("%2e%2e%2fx", "{}"), 404, "model_not_found"],
    ["5 MB", () => predict("tiny-digits", new Uint8Array(4.2 * 1024 * 1024), png), 413, "request_too_large"],
    [
      "a type that would not arrive as it is",
      () => predict("tiny-digits", "x", { "content-type": "application/x-npy" }),
      415,
      "unsupported_media_type",
    ],
    ["a stream", () => play({}, { accept: "text/event-stream" }), 400, "invalid_request"],
  ])("%s", async (_, ask, status, code) => {
    const response = await ask();
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  test("and of another task's model it learns the route", async () => {
    expect(await (await predict("tiny-chat", "{}")).text()).toContain("POST /v1/chat/completions");
    const { chat } = platform.client(apiKey);
    const messages = [{ role: "user", content: "three" }] as const;
    await expect(chat.completions.create({ model: "tiny-digits", messages: [...messages] })).rejects.toThrow(
      "POST /v1/images/classifications",
    );
  });
});

test("nothing of what was sent is logged, and no function was denied anything it needs", () => {
  expect(textOf(platform.log)).not.toContain(canary);
  expect(platform.platform.cloud.denials()).toEqual([]);
});
