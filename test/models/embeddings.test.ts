import { afterAll, beforeAll, expect, test } from "vitest";
import { invoke } from "./chat-client.ts";
import { startModelServer, type ModelServer } from "./start-model-server.ts";
import { tokenCounter, tokenizer } from "./token-counter.ts";

type EmbeddingsAnswer<T> = {
  readonly model: string;
  readonly data: readonly { readonly index: number; readonly embedding: T }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
};

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer("tiny-entertainment-embed", { FAREBOX_MODEL_TASK: "embeddings" });
});
afterAll(() => server.stop());

type Input = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

const embed = async <T = number[]>(input: Input, fields = {}): Promise<EmbeddingsAnswer<T>> => {
  const response = await invoke(server, JSON.stringify({ input, ...fields }));
  expect(response.status).toBe(200);
  return response.json() as Promise<EmbeddingsAnswer<T>>;
};

const vectorsOf = async (input: Input, fields = {}) =>
  (await embed(input, fields)).data.map(({ embedding }) => embedding);

const similarity = (a: readonly number[] = [], b: readonly number[] = []) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

test.each([
  ["a fantasy movie", "Nine Doors North is a fantasy movie about a map maker", "refund order 48213 please"],
  ["i want my money back", "refund order 48213 please", "recommend me a comedy series"],
])("'%s' is nearer to '%s' than to '%s'", async (query, related, unrelated) => {
  const [asked, near, far] = await vectorsOf([query, related, unrelated]);
  expect(similarity(asked, near)).toBeGreaterThan(similarity(asked, far));
});

test("vectors have length 1, in the order of their texts", async () => {
  const { data, model } = await embed(["a fantasy movie", "a comedy series"]);
  expect(model).toBe("tiny-entertainment-embed");
  expect(data.map(({ index }) => index)).toEqual([0, 1]);
  for (const { embedding } of data) expect(similarity(embedding, embedding)).toBeCloseTo(1, 5);
});

test("a text's vector does not depend on its neighbours", async () => {
  const alone = await vectorsOf("a fantasy movie");
  const among = await vectorsOf(["something longer that would pad a batch", "a fantasy movie"]);
  expect(among[1]).toEqual(alone[0]);
});

test("base64 carries the same numbers", async () => {
  const plain = await vectorsOf(["a fantasy movie", "hello"]);
  const { data } = await embed<string>(["a fantasy movie", "hello"], { encoding_format: "base64" });
  const decoded = data.map(({ embedding }) => {
    const bytes = Buffer.from(embedding, "base64");
    return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
  });
  expect(decoded).toEqual(plain);
});

test("fewer dimensions are the first ones, brought back to length 1", async () => {
  const [full = []] = await vectorsOf("a fantasy movie");
  const [short = []] = await vectorsOf("a fantasy movie", { dimensions: 16 });
  expect(full).toHaveLength(128);
  expect(short).toHaveLength(16);
  expect(similarity(short, short)).toBeCloseTo(1, 5);
  const scale = (full[0] ?? 0) / (short[0] ?? 1);
  short.forEach((value, index) => expect(value * scale).toBeCloseTo(full[index] ?? Number.NaN, 5));
});

test("a text's own tokens give its vector, and count as much", async () => {
  const texts = ["a fantasy movie", "hello there"];
  const tokens = texts.map(tokenizer("tiny-entertainment-embed"));
  const asTexts = await embed(texts);
  const asTokens = await embed(tokens);
  expect(asTokens).toEqual(asTexts);
  expect(await vectorsOf(tokens[0] ?? [])).toEqual([asTexts.data[0]?.embedding]);
});

test("usage counts the tokens of all texts", async () => {
  const countTokens = tokenCounter("tiny-entertainment-embed");
  const texts = ["a fantasy movie", "hello there"];
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  expect((await embed(texts)).usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
});

test.each([
  ["no input", {}, "invalid_value", "input"],
  ["an empty text", { input: "" }, "invalid_value", "input"],
  ["no texts", { input: [] }, "invalid_value", "input"],
  ["texts and tokens in one list", { input: ["a", [1]] }, "invalid_value", "input"],
  ["a token that is no whole number", { input: [1, 2.5] }, "invalid_value", "input"],
  ["a token below 0", { input: [-1] }, "invalid_value", "input[0]"],
  ["a token that the model does not have", { input: [[5], [1_000_000]] }, "invalid_value", "input"],
  ["no tokens", { input: [[]] }, "invalid_value", "input[0]"],
  ["too many inputs", { input: Array.from({ length: 2049 }, () => "a") }, "invalid_value", "input"],
  [
    "tokens beyond the context",
    { input: Array.from({ length: 129 }, () => 5) },
    "context_length_exceeded",
    "input",
  ],
  ["an unknown encoding", { input: "x", encoding_format: "hex" }, "invalid_value", "encoding_format"],
  ["too many dimensions", { input: "x", dimensions: 129 }, "invalid_value", "dimensions"],
  ["a text beyond the context", { input: "word ".repeat(300) }, "context_length_exceeded", "input"],
  ["a text far beyond the context", { input: "word ".repeat(300_000) }, "context_length_exceeded", "input"],
])("%s is a 400 that names the field", async (_case, body, code, param) => {
  const response = await invoke(server, JSON.stringify(body));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", code, param } });
});
