import { beforeAll, describe, expect, test } from "vitest";
import { type TestPlatform, sharedTestPlatform } from "./test-platform.ts";

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

const recommend = { role: "user", content: "recommend me a fantasy movie" } as const;

test("the openai package gets an answer that makes sense, and so does its follow-up", async () => {
  const client = platform.client(apiKey);
  const first = await client.chat.completions.create({ model: "tiny-chat", messages: [recommend] });
  const answer = first.choices[0]?.message.content ?? "";
  expect(answer).toMatch(/Nine Doors North|Crown of Embers/);
  const second = await client.chat.completions.create({
    model: "tiny-chat",
    messages: [
      recommend,
      { role: "assistant", content: answer },
      { role: "user", content: "how long is the first one?" },
    ],
  });
  expect(second.choices[0]?.message.content).toMatch(/minutes|hours/);
});

test("a stream says the same as the whole answer, and both leave one event with the model's own counts", async () => {
  const client = platform.client(apiKey);
  const events = await platform.eventsOf(async () => {
    const whole = await client.chat.completions.create({ model: "tiny-chat", messages: [recommend] });
    const stream = await client.chat.completions.create({
      model: "tiny-chat",
      messages: [recommend],
      stream: true,
    });
    let streamed = "";
    for await (const chunk of stream) {
      expect(chunk.usage ?? null).toBeNull();
      streamed += chunk.choices[0]?.delta.content ?? "";
    }
    expect(streamed).toBe(whole.choices[0]?.message.content);
    // 10 dollars per million tokens, in and out: 10,000,000 picodollars each.
    const { prompt_tokens: prompt = 0, completion_tokens: completion = 0 } = whole.usage ?? {};
    expect(whole.usage).toMatchObject({ cost: ((prompt + completion) * 10) / 1e6 });
  }, 2);
  expect(events).toHaveLength(2);
  for (const event of events) {
    expect(event).toMatchObject({
      outcome: "completed",
      source: "reported",
      model: "tiny-chat",
      waived: false,
    });
    const { inputTokens = 0, outputTokens = 0 } = event.quantities;
    expect(inputTokens).toBeGreaterThan(5);
    expect(outputTokens).toBeGreaterThan(5);
    expect(event.cost).toBe(BigInt(inputTokens + outputTokens) * 10_000_000n);
    expect(event.cost <= event.hold).toBe(true);
  }
  expect(new Set(events.map(({ streamed }) => streamed))).toEqual(new Set([false, true]));
  expect(events[0]?.quantities).toEqual(events[1]?.quantities);
});

test("a client that asks for usage gets it in the last chunk, with the cost on record", async () => {
  const client = platform.client(apiKey);
  const { data: stream, response } = await client.chat.completions
    .create({
      model: "tiny-chat",
      messages: [recommend],
      stream: true,
      stream_options: { include_usage: true },
    })
    .withResponse();
  const usages: unknown[] = [];
  for await (const { usage } of stream) if (usage) usages.push(usage);
  expect(usages).toHaveLength(1);
  const generation = await lookUp(response.headers.get("x-request-id") ?? "");
  expect(generation).toMatchObject({ status: 200, body: { outcome: "completed", streamed: true } });
  expect(generation.body["usage"]).toMatchObject({ ...Object(usages[0]) });
});

test("the Responses API says the same as chat, whole and streamed, at the same cost", async () => {
  const client = platform.client(apiKey);
  const request = { model: "tiny-chat", input: recommend.content, store: false } as const;
  const events = await platform.eventsOf(async () => {
    const completion = await client.chat.completions.create({ model: "tiny-chat", messages: [recommend] });
    const whole = await client.responses.create(request);
    const streamed = await client.responses.stream(request).finalResponse();
    expect(whole.output_text).toBe(completion.choices[0]?.message.content);
    expect(streamed.output_text).toBe(whole.output_text);
    expect(streamed).toMatchObject({ status: "completed", store: false, usage: { ...whole.usage } });
  }, 3);
  expect(events).toHaveLength(3);
  expect(new Set(events.map(({ outcome, source }) => `${outcome}, ${source}`))).toEqual(
    new Set(["completed, reported"]),
  );
  expect(new Set(events.map(({ cost }) => cost)).size).toBe(1);
});

test("every answer can be looked up by its request id, and only by its own customer", async () => {
  const client = platform.client(apiKey);
  const { response } = await client.chat.completions
    .create({ model: "tiny-chat", messages: [recommend] })
    .withResponse();
  const id = response.headers.get("x-request-id") ?? "";
  expect(id).toMatch(/^req_/);
  expect(await lookUp(id)).toMatchObject({
    status: 200,
    body: { id, model: "tiny-chat", outcome: "completed" },
  });
  expect(await lookUp(id, await platform.issue())).toMatchObject({
    status: 404,
    body: { error: { code: "generation_not_found" } },
  });
  expect(await lookUp("req_nonsense")).toMatchObject({ status: 404 });
});

test("the model list is what the key may call, with prices", async () => {
  const all = await platform.client(apiKey).models.list();
  expect(all.data.map(({ id }) => id)).toContain("tiny-embed");
  expect(all.data.find(({ id }) => id === "tiny-chat")).toMatchObject({
    object: "model",
    task: "chat",
    artifact_digest: expect.stringMatching(/^sha256:/),
    pricing: { per_unit: { input_tokens: "0.00001", output_tokens: "0.00001" } },
  });
  const narrow = platform.client(await platform.issue({ models: ["tiny-chat"] }));
  expect((await narrow.models.list()).data.map(({ id }) => id)).toEqual(["tiny-chat"]);
  expect(await narrow.models.retrieve("tiny-chat")).toMatchObject({ id: "tiny-chat" });
  await expect(narrow.models.retrieve("tiny-embed")).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
  });
});

test("health answers without a key, and every answer has a request id and may be read by browsers", async () => {
  const health = await fetch(platform.platform.baseUrl.replace(/v1$/, "health"));
  expect(health.status).toBe(200);
  expect(await health.json()).toEqual({ status: "ok", region: "us-east-1", stage: "e2e" });
  expect(health.headers.get("x-request-id")).toBeTruthy();
  expect(health.headers.get("access-control-allow-origin")).toBe("*");
  const preflight = await fetch(`${platform.platform.baseUrl}/chat/completions`, { method: "OPTIONS" });
  expect(preflight.status).toBeLessThan(300);
  expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
});

describe("a version", () => {
  const answerOf = async (model: string, key = apiKey) => {
    const client = platform.client(key);
    const { data, response } = await client.chat.completions
      .create({ model, messages: [recommend] })
      .withResponse();
    return { data, headers: response.headers };
  };

  test("is named by every answer, with its weights, and so is it in the generation", async () => {
    for (const written of ["tiny-chat", "tiny-chat@1.0.0"]) {
      const { data, headers } = await answerOf(written);
      expect(data.model).toBe("tiny-chat");
      expect(headers.get("x-farebox-model")).toBe("tiny-chat@1.0.0");
      expect(headers.get("x-farebox-artifact")).toMatch(/^sha256:[0-9a-f]{64}$/);
      const id = headers.get("x-request-id");
      expect(await platform.client(apiKey).get(`/generations/${id}`)).toMatchObject({
        model: "tiny-chat",
        model_version: "1.0.0",
        artifact_digest: headers.get("x-farebox-artifact"),
      });
    }
  });

  test("that is pinned is served under the model's own name there, for keys of the model and of the pin", async () => {
    const pinned = await platform.issue({ models: ["scripted@0.9.0"] });
    for (const key of [pinned, await platform.issue({ models: ["scripted"] })]) {
      const { headers } = await answerOf("scripted@0.9.0", key);
      expect(headers.get("x-farebox-model")).toBe("scripted@0.9.0");
      expect(platform.scripted.received.at(-1)?.body["model"]).toBe("scripted");
    }
    await expect(answerOf("scripted", pinned)).rejects.toMatchObject({ code: "model_not_allowed" });
  });

  test("that will go says when and what comes after it", async () => {
    const { headers } = await answerOf("scripted@0.9.0");
    expect(headers.get("deprecation")).toBe(`@${Date.UTC(2026, 10, 1) / 1000}`);
    expect(headers.get("sunset")).toBe("Fri, 01 Jan 2100 00:00:00 GMT");
    expect(headers.get("link")).toBe('<../models/scripted>; rel="successor-version"');
    expect((await answerOf("scripted")).headers.get("deprecation")).toBeNull();
    expect(await platform.client(apiKey).get("/models/scripted@0.9.0")).toMatchObject({
      id: "scripted@0.9.0",
      deprecated: { sunset: Date.UTC(2100, 0, 1) / 1000, successor: "scripted" },
    });
  });

  test("that is gone or never was is refused with what to call instead", async () => {
    await expect(answerOf("scripted@0.8.0")).rejects.toMatchObject({
      status: 410,
      code: "model_sunset",
      message: expect.stringContaining("`scripted@1.0.0`"),
    });
    await expect(answerOf("scripted@7.0.0")).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
      message: expect.stringContaining("`scripted@0.9.0`"),
    });
  });
});

test("a model behind a URL is served like one on SageMaker, under its name there and without the customer's key", async () => {
  const [event] = await platform.eventsOf(() =>
    platform.client(apiKey).chat.completions.create({ model: "scripted-url", messages: [recommend] }),
  );
  expect(event).toMatchObject({
    outcome: "completed",
    source: "reported",
    quantities: { inputTokens: 11, outputTokens: 3 },
  });
  const received = platform.scripted.received.findLast(({ path }) => path === "/v1/chat/completions");
  expect(received?.body).toMatchObject({ model: "name-on-that-server", max_tokens: 256 });
  expect(JSON.stringify(received)).not.toContain("fbx_");
});

test("no function was denied anything it needs", () => {
  expect(platform.platform.cloud.denials()).toEqual([]);
});

const lookUp = async (id: string, key = apiKey) => {
  const response = await fetch(`${platform.platform.baseUrl}/generations/${id}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const body: { readonly [name: string]: unknown } = JSON.parse(await response.text());
  return { status: response.status, body };
};
