import { beforeAll, describe, expect, test } from "vitest";
import { tokenizer } from "../models/token-counter.ts";
import { type TestPlatform, sharedTestPlatform, textOf } from "./test-platform.ts";

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue({ scopes: ["infer", "billing:read"] });
});

const model = "tiny-embed";
const films = [
  "Nine Doors North is a fantasy movie about a map maker",
  "refund order 48213 please",
  "recommend me a comedy series",
];

type Input = string | string[] | number[] | number[][];

const embed = async (input: Input, fields: object = {}): Promise<readonly (readonly number[])[]> => {
  const { data } = await platform.client(apiKey).embeddings.create({ model, input, ...fields });
  return data.map(({ embedding }) => embedding);
};

const similarity = (a: readonly number[] = [], b: readonly number[] = []) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

describe("the openai package", () => {
  test("finds the nearest of some texts", async () => {
    const [query, ...vectors] = await embed(["a fantasy movie", ...films]);
    const similarities = vectors.map((vector) => similarity(query, vector));
    expect(similarities.indexOf(Math.max(...similarities))).toBe(0);
  });

  test("gets the same vectors in every form of input, as floats and in base64, which is its default", async () => {
    const texts = films.slice(0, 2);
    const vectors = await embed(texts);
    expect(vectors.map(({ length }) => length)).toEqual([128, 128]);
    const tokens = texts.map((text) => [...tokenizer("tiny-entertainment-embed")(text)]);
    expect(await embed(tokens)).toEqual(vectors);
    expect(await embed(texts[0] ?? "")).toEqual(vectors.slice(0, 1));
    expect(await embed(tokens[0] ?? [])).toEqual(vectors.slice(0, 1));
    expect(await embed(texts, { encoding_format: "float" })).toEqual(vectors);
  });

  test("gets shorter vectors of length 1 where it asks for them", async () => {
    const [short] = await embed("a fantasy movie", { dimensions: 16 });
    expect(short).toHaveLength(16);
    expect(similarity(short, short)).toBeCloseTo(1, 5);
  });
});

test("usage says the model's tokens and their cost, and the event on record says the same", async () => {
  const tokensOf = tokenizer("tiny-entertainment-embed");
  const tokens = films.map((text) => tokensOf(text).length).reduce((sum, count) => sum + count, 0);
  const [event] = await platform.eventsOf(async () => {
    const { usage } = await platform.client(apiKey).embeddings.create({ model, input: films });
    // 0.02 dollars per million tokens: 20,000 picodollars each.
    expect(usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens, cost: (tokens * 2) / 1e8 });
  });
  expect(event).toMatchObject({
    model,
    task: "embeddings",
    outcome: "completed",
    source: "reported",
    streamed: false,
    quantities: { inputTokens: tokens, requests: 1 },
    cost: BigInt(tokens) * 20_000n,
  });
  expect(event && event.cost <= event.hold).toBe(true);
});

const canary = "canary-8b2e";

const post = async (body: string): Promise<{ readonly status: number; readonly error: object }> => {
  const response = await fetch(`${platform.platform.baseUrl}/embeddings`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
  });
  return { status: response.status, ...JSON.parse(await response.text()) };
};

describe("what makes no sense is refused, and free", () => {
  const of = (fields: object) => JSON.stringify({ model, input: canary, ...fields });

  test.each<[name: string, body: string, code: string, param: string | null]>([
    ["NaN", `{"model":"${model}","input":[NaN]}`, "invalid_json", null],
    ["nothing", of({ input: undefined }), "invalid_request", "input"],
    ["an empty text", of({ input: [canary, ""] }), "invalid_request", "input[1]"],
    ["a number", of({ input: 5 }), "invalid_request", "input"],
    ["too many texts", of({ input: Array.from({ length: 2049 }, () => canary) }), "invalid_request", "input"],
    ["a stream", of({ stream: true }), "invalid_request", "stream"],
    ["an unknown encoding", of({ encoding_format: canary }), "invalid_request", "encoding_format"],
    ["a text beyond the context", of({ input: "word ".repeat(300) }), "context_length_exceeded", "input"],
    ["a huge text", of({ input: canary.repeat(300_000) }), "context_length_exceeded", "input"],
    ["unknown tokens", of({ input: [[1], [1_000_000]] }), "rejected_by_model", "input"],
    ["more dimensions than there are", of({ dimensions: 129 }), "rejected_by_model", "dimensions"],
    ["a chat model", of({ model: "tiny-chat" }), "wrong_task", "model"],
  ])("%s", async (_, body, code, param) => {
    const before = await spent();
    const refusal = await post(body);
    expect(refusal).toMatchObject({ status: 400, error: { code, param, type: "invalid_request_error" } });
    expect(JSON.stringify(refusal)).not.toContain(canary);
    expect(await spent()).toBe(before);
  });
});

test("a model of another task is refused with the route to call it by", async () => {
  expect(await post(JSON.stringify({ model: "tiny-chat", input: "a" }))).toMatchObject({
    error: { message: "The model `tiny-chat` is for chat: call it with POST /v1/chat/completions." },
  });
  await expect(
    platform.client(apiKey).chat.completions.create({ model, messages: [{ role: "user", content: "a" }] }),
  ).rejects.toMatchObject({
    status: 400,
    code: "wrong_task",
    message: expect.stringContaining("call it with POST /v1/embeddings."),
  });
});

test("no text was logged, and no function was denied anything it needs", () => {
  expect(textOf(platform.log)).not.toContain(canary);
  expect(platform.platform.cloud.denials()).toEqual([]);
});

/** Of the wallet so far, in dollars. */
const spent = async (): Promise<string> => {
  const response = await fetch(`${platform.platform.baseUrl}/balance`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect(response.status).toBe(200);
  const balance: { readonly spent: string } = JSON.parse(await response.text());
  expect(Number(balance.spent)).toBeGreaterThan(0);
  return balance.spent;
};
