import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, askStreaming, invoke } from "./chat-client.ts";
import { startModelServer, type ModelServer } from "./start-model-server.ts";
import { tokenCounter } from "./token-counter.ts";

const recommendation = "recommend me a fantasy movie";
const countTokens = tokenCounter("tiny-entertainment-chat");

/** 1,800 tokens: long enough to be interrupted. */
const long = { ignore_eos: true, max_tokens: 450, n: 4 };
const longTokens = long.max_tokens * long.n;

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer("tiny-entertainment-chat", { FAREBOX_MODEL_NAME: "demo-chat" });
});
afterAll(() => server.stop());

describe("a conversation", () => {
  test("recommends titles that it knows, and understands a follow-up question", async () => {
    const first = await ask(server, recommendation);
    const said = first.choices[0]?.message.content ?? "";
    expect(said).toMatch(/^Try [A-Z].+: .+/);
    expect(said).toContain("Nine Doors North");
    expect(first.choices[0]?.finish_reason).toBe("stop");
    const second = await ask(server, "", {
      messages: [
        { role: "user", content: recommendation },
        { role: "assistant", content: said },
        {
          role: "user",
          content: [
            { type: "text", text: "how long is " },
            { type: "text", text: "the first one?" },
          ],
        },
      ],
    });
    expect(second.choices[0]?.message.content).toMatch(/Nine Doors North.*\d+ minutes/);
  });

  test("copies an order number from the question", async () => {
    const answer = await ask(server, "refund order 48213 please");
    expect(answer.choices[0]?.message.content).toContain("48213");
  });

  test("answers under the configured name", async () => {
    expect(await ask(server, "hi")).toMatchObject({ model: "demo-chat", object: "chat.completion" });
  });
});

describe("usage", () => {
  test("counts what the tokenizer counts, template and end of turn included", async () => {
    const { usage, choices } = await ask(server, recommendation);
    const prompt = `<|im_start|>user\n${recommendation}<|im_end|>\n<|im_start|>assistant\n`;
    const prompted = countTokens(prompt);
    const completed = countTokens(`${choices[0]?.message.content}<|im_end|>`);
    expect(usage).toEqual({
      prompt_tokens: prompted,
      completion_tokens: completed,
      total_tokens: prompted + completed,
    });
  });

  test("a stream that asked for usage ends with one chunk of usage and no choices", async () => {
    const { usage } = await ask(server, recommendation);
    const { chunks, events } = await askStreaming(server, recommendation, {
      stream_options: { include_usage: true },
    });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(events.at(-1)).toBe("[DONE]");
  });

  test("a stream that did not ask sees a plain stream", async () => {
    const { chunks } = await askStreaming(server, recommendation);
    expect(chunks.some((chunk) => "usage" in chunk)).toBe(false);
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
  });

  test("running usage is the last property of every chunk, and only grows, up to the final count", async () => {
    const fields = { n: 2, stream_options: { include_usage: true, continuous_usage_stats: true } };
    const { usage } = await ask(server, recommendation, { n: 2 });
    const { chunks } = await askStreaming(server, recommendation, fields);
    const counts = chunks.map((chunk) => chunk.usage?.completion_tokens ?? -1);
    expect(chunks.map((chunk) => Object.keys(chunk).at(-1))).toEqual(chunks.map(() => "usage"));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts[0]).toBe(1);
    expect(chunks.at(-1)?.usage).toEqual(usage);
  });
});

describe("limits", () => {
  test.each(["max_tokens", "max_completion_tokens"])(
    "%s ends an answer with reason `length`",
    async (limit) => {
      const { usage, choices } = await ask(server, recommendation, { [limit]: 5 });
      expect(usage.completion_tokens).toBe(5);
      expect(choices[0]?.finish_reason).toBe("length");
      expect(countTokens(choices[0]?.message.content ?? "")).toBe(5);
    },
  );

  test("ignore_eos generates up to the limit, in every choice", async () => {
    const { usage, choices } = await ask(server, recommendation, { ignore_eos: true, max_tokens: 60, n: 2 });
    expect(usage.completion_tokens).toBe(120);
    expect(choices.map(({ finish_reason }) => finish_reason)).toEqual(["length", "length"]);
  });

  test("a stop sequence ends the answer before it, and no part of it is ever sent", async () => {
    const whole = (await ask(server, recommendation)).choices[0]?.message.content ?? "";
    const stop = whole.slice(20, 31);
    const { choices } = await ask(server, recommendation, { stop });
    const streamed = await askStreaming(server, recommendation, { stop: ["never said", stop] });
    expect(choices[0]).toMatchObject({ message: { content: whole.slice(0, 20) }, finish_reason: "stop" });
    expect(streamed.texts).toEqual([whole.slice(0, 20)]);
    expect(streamed.chunks.at(-1)?.choices[0]?.finish_reason).toBe("stop");
  });

  test("prompt and answer may fill the context exactly; one token more is refused", async () => {
    const { usage } = await ask(server, "hi", { max_tokens: 1 });
    const room = 512 - usage.prompt_tokens;
    const fits = await invoke(
      server,
      JSON.stringify({ messages: [{ role: "user", content: "hi" }], max_tokens: room }),
    );
    expect(fits.status).toBe(200);
    const over = { messages: [{ role: "user", content: "hi" }], max_tokens: room + 1 };
    expect(await (await invoke(server, JSON.stringify(over))).json()).toMatchObject({
      error: { code: "context_length_exceeded", type: "invalid_request_error" },
    });
  });

  test.each([600, 1_000_000])("a prompt of %i words is refused, streamed or not", async (words) => {
    for (const stream of [false, true]) {
      const body = { messages: [{ role: "user", content: "word ".repeat(words) }], stream };
      const response = await invoke(server, JSON.stringify(body));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { code: "context_length_exceeded", param: "messages" },
      });
    }
  });
});

describe("sampling", () => {
  const sampled = { temperature: 1.5, top_p: 0.95, max_tokens: 30 };

  test.each([
    ["greedy", {}],
    ["sampled with a seed", { ...sampled, seed: 7 }],
    ["several choices", { ...sampled, seed: 7, n: 3 }],
  ])("JSON and stream agree: %s", async (_case, fields) => {
    const json = await ask(server, recommendation, fields);
    const { texts } = await askStreaming(server, recommendation, fields);
    expect(texts).toEqual(json.choices.map(({ message }) => message.content));
  });

  test("the same seed gives the same answer, also among concurrent requests; another seed another", async () => {
    const seeds = [1, 2, 1, 2, 1];
    const answers = await Promise.all(seeds.map((seed) => ask(server, recommendation, { ...sampled, seed })));
    const [one, two, ...again] = answers.map(({ choices }) => choices[0]?.message.content);
    expect(again).toEqual([one, two, one]);
    expect(one).not.toBe(two);
  });

  test("a tiny top_p is greedy whatever the temperature", async () => {
    const greedy = await ask(server, recommendation);
    const narrow = await ask(server, recommendation, { temperature: 2, top_p: 0.000_001, seed: 5 });
    expect(narrow.choices).toEqual(greedy.choices);
  });
});

describe("a client that hangs up", () => {
  test("stops the model, and the log counts what was generated, not what was asked for", async () => {
    const hangUp = new AbortController();
    const body = { messages: [{ role: "user", content: recommendation }], stream: true, ...long };
    const response = await invoke(server, JSON.stringify(body), hangUp.signal);
    await response.body?.getReader().read();
    hangUp.abort();
    const line = await server.logLine(({ outcome }) => outcome === "aborted");
    expect(line["completionTokens"]).toBeGreaterThan(0);
    expect(line["completionTokens"]).toBeLessThan(longTokens);
    expect(line["promptTokens"]).toBe(13);
  });

  test("does not disturb the requests beside it", async () => {
    const expected = await ask(server, recommendation);
    const hangUp = new AbortController();
    const body = { messages: [{ role: "user", content: recommendation }], ...long };
    const abandoned = invoke(server, JSON.stringify(body), hangUp.signal);
    const beside = ask(server, recommendation);
    hangUp.abort();
    await expect(abandoned).rejects.toThrow("aborted");
    expect((await beside).choices).toEqual(expected.choices);
  });
});

test("/ping answers while the model works", async () => {
  const body = { messages: [{ role: "user", content: recommendation }], stream: true, ...long };
  const response = await invoke(server, JSON.stringify(body));
  const reader = response.body?.getReader();
  await reader?.read();
  expect((await fetch(`${server.url}/ping`)).status).toBe(200);
  await reader?.cancel();
});

describe("bad input", () => {
  const hi = [{ role: "user", content: "hi" }];
  test.each([
    ["broken JSON", "{", "invalid_json", null],
    ["invalid UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "invalid_utf8", null],
    ["no object", "[]", "invalid_type", null],
    ["no messages", {}, "invalid_type", "messages"],
    ["empty messages", { messages: [] }, "invalid_value", "messages"],
    [
      "an unknown role",
      { messages: [{ role: "wizard", content: "hi" }] },
      "invalid_value",
      "messages[0].role",
    ],
    [
      "a number as content",
      { messages: [{ role: "user", content: 5 }] },
      "invalid_value",
      "messages[0].content",
    ],
    ["n: -1", { messages: hi, n: -1 }, "invalid_value", "n"],
    ["n: 5", { messages: hi, n: 5 }, "invalid_value", "n"],
    ["max_tokens: 0", { messages: hi, max_tokens: 0 }, "invalid_value", "max_tokens"],
    ["max_tokens: 1e9", { messages: hi, max_tokens: 1e9 }, "context_length_exceeded", "messages"],
    ["max_tokens: '5'", { messages: hi, max_tokens: "5" }, "invalid_type", "max_tokens"],
    ["temperature: 3", { messages: hi, temperature: 3 }, "invalid_value", "temperature"],
    ["an empty stop sequence", { messages: hi, stop: "" }, "invalid_value", "stop"],
    ["tools", { messages: hi, tools: [{ type: "function" }] }, "unsupported_parameter", "tools"],
  ])("%s is a 400 that names the field", async (_case, body, code, param) => {
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const raw = isRaw ? body : JSON.stringify(body);
    const response = await invoke(server, raw);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: "invalid_request_error", param, code },
    });
  });
});

test("nothing of a conversation is written to the log", async () => {
  const canary = "zanzibar-canary";
  await ask(server, canary, { max_tokens: 3 });
  await invoke(server, `{"messages": "${canary}"`);
  await invoke(server, JSON.stringify({ messages: [{ role: canary, content: canary }] }));
  await server.logLine(({ code }) => code === "invalid_value");
  expect(server.output()).not.toContain("zanzibar");
  expect(server.output()).not.toContain("Nine Doors");
});
