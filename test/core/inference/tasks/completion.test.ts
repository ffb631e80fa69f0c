import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model } from "../../../../core/catalogue/model.ts";
import type { ModelPayload } from "../../../../core/inference/ports.ts";
import { serveRequest } from "../../../../core/inference/serve-request.ts";
import { type CompletionRequest, completion } from "../../../../core/inference/tasks/completion.ts";
import { picodollars } from "../../../../core/money.ts";
import { type ModelItem, memoryInference, scriptedStream } from "../../../support/memory-inference.ts";
import { present } from "../../../support/present.ts";
import { sampleModel, samplePrincipal } from "../../../support/samples.ts";
import { decode, done, encode, event } from "../../../support/sse.ts";
import { readStream } from "../../../support/streamed-request.ts";

const model: Model = { ...sampleModel, task: "completion" };

const requestOf = (said: Partial<CompletionRequest> = {}): CompletionRequest => {
  const prompts = said.prompts ?? ["Once upon a time"];
  return {
    model: model.name,
    prompts,
    stream: false,
    wantsUsage: false,
    wantsRunningUsage: false,
    choices: 1,
    echo: false,
    fields: { model: model.name, prompt: prompts },
    ...said,
  };
};

const answer = (...texts: readonly string[]) => ({
  id: "cmpl-1",
  object: "text_completion",
  choices: texts.map((text, index) => ({ index, text, finish_reason: "stop", logprobs: null })),
  usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 },
});

const ask = async (reply: unknown, said: Partial<CompletionRequest> = {}, asked = model) => {
  const sent: ModelPayload[] = [];
  const { ports, events } = memoryInference({
    model: asked,
    wallet: picodollars(10n ** 24n),
    invoke: async (_endpoint, payload) => {
      sent.push(payload);
      return { ok: true, body: encode(JSON.stringify(reply)) };
    },
  });
  return { served: await serveRequest(ports)(samplePrincipal, completion(requestOf(said))), events, sent };
};

const stream = async (items: readonly ModelItem[], said: Partial<CompletionRequest> = {}) => {
  const { stream: chunks } = scriptedStream(items);
  const { ports, events } = memoryInference({
    model,
    invokeStreaming: async () => ({ ok: true, stream: chunks }),
  });
  const request = completion(requestOf({ stream: true, ...said }));
  const served = await serveRequest(ports)(samplePrincipal, request);
  if (served.kind !== "streamed") throw new Error(`the answer was ${served.kind}`);
  const { body } = served.stream;
  return { ...(await readStream({ body, close: () => served.stream.close() })), events };
};

const text = (piece: string) => ({ object: "text_completion", choices: [{ index: 0, text: piece }] });
const pieces = ["", ", there", " was", ""].map((piece) => encode(event(text(piece))));

describe("the worst case", () => {
  test.each<[string, Partial<CompletionRequest>, number, number]>([
    ["a prompt's bytes, and the default limit", { prompts: ["é"] }, 2 + 8, 256],
    ["every prompt, as often as it is continued", { prompts: ["a", [1, 2]], choices: 3 }, 9 + 10, 6 * 256],
    ["the client's limit", { prompts: ["a"], outputTokens: 5, choices: 2 }, 9, 10],
    ["no output, where only the prompt is wanted", { prompts: ["a"], outputTokens: 0 }, 9, 0],
    ["a suffix with each prompt", { prompts: ["a", "b"], suffix: "cd" }, 2 * (9 + 10), 512],
    ["no more than the context", { prompts: ["x".repeat(10_000)], suffix: "y" }, 8192, 256],
  ])("is %s", (_, said, inputTokens, outputTokens) =>
    expect(completion(requestOf(said)).worstCase(model)).toEqual({ inputTokens, outputTokens, requests: 1 }),
  );
});

test("whatever usage a model reports, there is one event, and its cost is that usage's up to the hold", () =>
  fc.assert(
    fc.asyncProperty(
      fc.maxSafeNat(),
      fc.maxSafeNat(),
      fc.integer({ min: 1, max: 8 }),
      async (prompt_tokens, completion_tokens, choices) => {
        const usage = { prompt_tokens, completion_tokens };
        const { events } = await ask({ ...answer("a"), usage }, { choices });
        expect(events).toHaveLength(1);
        const { cost, hold, quantities } = present(events[0]);
        const full = BigInt(prompt_tokens) * 1_000_000n + BigInt(completion_tokens) * 3_000_000n;
        expect(quantities).toMatchObject({ inputTokens: prompt_tokens, outputTokens: completion_tokens });
        expect(cost).toBe(full < hold ? full : hold);
      },
    ),
  ));

describe("an answer", () => {
  test("has the exact cost in its usage, and one event with the same numbers", async () => {
    const { served, events } = await ask(answer(" there was"));
    expect(JSON.parse(served.kind === "whole" ? served.body : "")).toMatchObject({
      object: "text_completion",
      choices: [{ text: " there was", finish_reason: "stop" }],
      usage: { prompt_tokens: 4, completion_tokens: 2, cost: 0.00001 },
    });
    expect(events).toMatchObject([
      { task: "completion", source: "reported", quantities: { inputTokens: 4, outputTokens: 2 } },
    ]);
  });

  test("without usage is estimated, and a prompt that it repeats is not output", async () => {
    const { usage: _, ...silent } = answer("Once upon a time there was");
    const [said] = (await ask(silent)).events;
    const [echoed] = (await ask(silent, { echo: true })).events;
    expect(said).toMatchObject({ source: "estimated", quantities: { inputTokens: 4 } });
    expect(present(said).quantities.outputTokens).toBe(4 + (present(echoed).quantities.outputTokens ?? 0));
  });

  test("longer than the model writes is refused, with what to change", async () => {
    const { served, events } = await ask(answer("a"), { outputTokens: 1025 });
    expect(served).toMatchObject({
      kind: "refused",
      refusal: { code: "output_limit_exceeded", param: "max_tokens" },
    });
    expect(events).toEqual([]);
  });

  test("of a chat model is refused, and the chat's route named", async () => {
    const { served } = await ask(answer("a"), {}, sampleModel);
    expect(served).toMatchObject({
      refusal: { code: "wrong_task", message: expect.stringContaining("POST /v1/chat/completions") },
    });
  });
});

describe("a stream", () => {
  test("is forwarded as it comes, without the usage that nobody asked for", async () => {
    const usage = encode(event({ ...text(""), choices: [], usage: answer().usage }));
    const { text: seen, events } = await stream([...pieces, usage, encode(done)]);
    expect(seen).toBe([...pieces.map((piece) => decode(piece)), done].join(""));
    expect(events).toMatchObject([
      { streamed: true, outcome: "completed", source: "reported", quantities: { outputTokens: 2 } },
    ]);
  });

  test("without usage counts pieces of text, and says so in OpenAI's chunk for completions", async () => {
    const { text: seen, events } = await stream([...pieces, encode(done)], { wantsUsage: true });
    expect(seen).toContain('"object":"text_completion"');
    expect(seen).toContain('"completion_tokens":2');
    expect(seen).toContain('"estimated":true');
    expect(events).toMatchObject([
      { source: "estimated", quantities: { inputTokens: 4, outputTokens: 2, requests: 1 } },
    ]);
  });

  test("that repeats its prompt does not count that as output", async () => {
    const { events } = await stream([...pieces, encode(done)], { echo: true });
    expect(events).toMatchObject([{ quantities: { outputTokens: 1 } }]);
  });

  test("that breaks is billed as far as it came", async () => {
    const { refusals, events } = await stream([...pieces, { reason: "broken" }]);
    expect(refusals).toEqual(["model_error"]);
    expect(events).toMatchObject([{ outcome: "failed", quantities: { outputTokens: 2 }, waived: false }]);
  });
});

test("the model is sent what the client sent, with a limit and a wish for usage", async () => {
  const fields = { model: model.name, prompt: "a", logprobs: 2, min_p: 0.1, stream_options: { other: 1 } };
  const { sent } = await ask(answer("a"), { fields });
  const [payload] = sent;
  expect(payload).toMatchObject({ operation: "completions", contentType: "application/json" });
  const { stream_options: _, ...rest } = fields;
  expect(JSON.parse(decode(present(payload).body))).toEqual({ ...rest, max_tokens: 256 });
  const endpoint = { kind: "openai-server", url: "http://x/v1", model: "base", usage: "running" } as const;
  const streamed = completion(requestOf({ stream: true, fields })).payload(model, endpoint);
  expect(JSON.parse(decode(streamed.body))).toMatchObject({
    model: "base",
    stream_options: { other: 1, include_usage: true, continuous_usage_stats: true },
  });
});
