import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import type { InferencePorts } from "../../../core/inference/ports.ts";
import { clientOf } from "../../support/in-process-gateway.ts";
import { type ModelItem, memoryInference, scriptedStream } from "../../support/memory-inference.ts";
import { sampleModel } from "../../support/samples.ts";
import { decode, done, encode, event, tokens, usageChunk } from "../../support/sse.ts";
import { said, texts } from "../../support/streamed-request.ts";

const model = sampleModel.name;
const finish = (reason: string) => event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const callDelta = (index: number, more: object) =>
  event({ choices: [{ index: 0, delta: { tool_calls: [{ index, ...more }] }, finish_reason: null }] });
const ending = [event(usageChunk(tokens(12, 3))), done];

/** Over a model that streams these items, or answers with this message. */
const over = (items: readonly ModelItem[], message: object = { content: said.join("") }, reason = "stop") => {
  const sent: Record<string, unknown>[] = [];
  const { stream, state } = scriptedStream(items);
  const completion = { choices: [{ index: 0, message, finish_reason: reason }], usage: tokens(12, 3) };
  const remember = (body: Uint8Array): void => void sent.push(JSON.parse(decode(body)));
  const world = memoryInference({
    invoke: async (_endpoint, { body }) => {
      remember(body);
      return { ok: true, body: encode(JSON.stringify(completion)) };
    },
    invokeStreaming: async (_endpoint, { body }) => {
      remember(body);
      return { ok: true, stream };
    },
  });
  return { ...world, sent, state, client: clientOf(world.ports) };
};

const eventsOf = async (client: OpenAI, input: string) => {
  const events: OpenAI.Responses.ResponseStreamEvent[] = [];
  for await (const seen of await client.responses.create({ model, input, stream: true })) events.push(seen);
  return events;
};

const usage = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 3,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 15,
  cost: 0.000021,
};

describe("a whole response", () => {
  test("is the chat model's answer in the API's shape, with the cost on record", async () => {
    const { client, events } = over([]);
    const response = await client.responses.create({ model, input: "Hello", metadata: { shelf: "7" } });
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      object: "response",
      status: "completed",
      store: false,
      model,
      metadata: { shelf: "7" },
      output_text: said.join(""),
      incomplete_details: null,
      output: [
        { type: "message", role: "assistant", status: "completed", id: expect.stringMatching(/^msg_/) },
      ],
      usage,
    });
    expect(events).toMatchObject([
      { outcome: "completed", source: "reported", task: "chat", cost: 21_000_000n, streamed: false },
    ]);
  });

  test("that was cut short says by what", async () => {
    const { client } = over([], { content: "Try" }, "length");
    expect(await client.responses.create({ model, input: "Hello" })).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [{ status: "incomplete" }],
    });
  });

  test("hands out calls of functions with ids to answer them by", async () => {
    const calls = [
      { id: "call_1", type: "function", function: { name: "find", arguments: '{"q":1}' } },
      { id: "call_2", type: "function", function: { name: "buy", arguments: "{}" } },
    ];
    const { client } = over([], { content: null, tool_calls: calls }, "tool_calls");
    const { output, status } = await client.responses.create({ model, input: "Hello" });
    expect(status).toBe("completed");
    expect(output).toMatchObject([
      { type: "function_call", call_id: "call_1", name: "find", arguments: '{"q":1}', status: "completed" },
      { type: "function_call", call_id: "call_2", name: "buy", arguments: "{}" },
    ]);
    expect(new Set(output.map((item) => item.id)).size).toBe(2);
  });

  test("of a model that does not say what it used is estimated, and says so", async () => {
    const { ports, events } = memoryInference({
      invoke: async () => ({ ok: true, body: encode(JSON.stringify({ choices: [{ message: {} }] })) }),
    });
    const response = await clientOf(ports).responses.create({ model, input: "Hello" });
    expect(response.usage).toMatchObject({ estimated: true });
    expect(events).toMatchObject([{ source: "estimated" }]);
  });
});

describe("a streamed response", () => {
  test("has every event of the API, in its order, numbered from 0", async () => {
    const { client, events: recorded } = over([...texts, finish("stop"), ...ending].map(encode));
    const events = await eventsOf(client, "Hello");
    expect(events.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      ...said.map(() => "response.output_text.delta"),
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map((seen) => seen.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({
      response: { status: "completed", usage, output: [{ content: [{ text: said.join("") }] }] },
    });
    expect(recorded).toMatchObject([
      { outcome: "completed", source: "reported", streamed: true, cost: 21_000_000n },
    ]);
  });

  test("is put together by the client's own accumulator, text and calls alike", async () => {
    const items = [
      ...texts,
      callDelta(0, { id: "call_1", type: "function", function: { name: "find", arguments: "" } }),
      callDelta(0, { function: { arguments: '{"q":' } }),
      callDelta(1, { id: "call_2", type: "function", function: { name: "buy", arguments: "{}" } }),
      callDelta(0, { function: { arguments: "1}" } }),
      finish("tool_calls"),
      ...ending,
    ];
    const { client } = over(items.map(encode));
    const response = await client.responses.stream({ model, input: "Hello" }).finalResponse();
    expect(response.output_text).toBe(said.join(""));
    expect(response.output).toMatchObject([
      { type: "message" },
      { type: "function_call", call_id: "call_1", name: "find", arguments: '{"q":1}' },
      { type: "function_call", call_id: "call_2", name: "buy", arguments: "{}" },
    ]);
  });

  test("keeps calls apart that a server gives one index", async () => {
    const call = (id: string) => callDelta(0, { id, function: { name: id, arguments: "{}" } });
    const { client } = over([call("a"), call("b"), ...ending].map(encode));
    const { output } = await client.responses.stream({ model, input: "Hello" }).finalResponse();
    expect(output).toMatchObject([{ call_id: "a" }, { call_id: "b" }]);
  });

  test("cut short ends as incomplete", async () => {
    const { client } = over([...texts, finish("length"), ...ending].map(encode));
    const events = await eventsOf(client, "Hello");
    expect(events.at(-1)).toMatchObject({
      type: "response.incomplete",
      response: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, usage },
    });
  });

  test("whose model fails midway says how far it came, then throws, and is metered as a chat is", async () => {
    const { client, events: recorded } = over([...texts.map(encode), { reason: "broken" }]);
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    const read = async () => {
      for await (const seen of await client.responses.create({ model, input: "Hello", stream: true }))
        events.push(seen);
    };
    await expect(read()).rejects.toMatchObject({ code: "model_error" });
    expect(events.at(-1)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error" }, output: [{ status: "incomplete" }] },
    });
    expect(recorded).toMatchObject([
      { outcome: "failed", failure: "model_error", quantities: { outputTokens: 3 }, waived: false },
    ]);
    await expect(
      over([...texts.map(encode), { reason: "broken" }])
        .client.responses.stream({ model, input: "Hello" })
        .finalResponse(),
    ).rejects.toMatchObject({ code: "model_error" });
  });

  test("of a client that hangs up is metered as a chat is, and the model stops", async () => {
    const { client, events, state } = over([...texts, ...ending].map(encode));
    for await (const seen of await client.responses.create({ model, input: "Hello", stream: true }))
      if (seen.type === "response.output_text.delta") break;
    await expect.poll(() => events.length).toBe(1);
    expect(events).toMatchObject([{ model }]);
    expect(state.ended).toBe(true);
  });

  test("of a model that fails before its first byte is an error status", async () => {
    const { client } = over([{ reason: "overloaded" }]);
    await expect(eventsOf(client, "Hello")).rejects.toMatchObject({ status: 503, code: "model_overloaded" });
  });
});

test("comments of a gateway that waits are ignored, by chats and by responses", async () => {
  const read = async (ask: (client: OpenAI) => Promise<AsyncIterable<unknown>>) => {
    const spoken = Promise.withResolvers<void>();
    async function* chunks(): AsyncGenerator<Uint8Array> {
      await spoken.promise;
      for (const text of [...texts, finish("stop"), ...ending]) yield encode(text);
    }
    const { ports, timers } = memoryInference({
      invokeStreaming: async () => ({ ok: true, stream: { chunks: chunks(), cancel: () => undefined } }),
    });
    const asked = ask(clientOf(ports));
    await expect.poll(() => timers.count).toBe(1);
    await timers.pass(60_000);
    const stream = await asked;
    await timers.pass(60_000);
    spoken.resolve();
    return Array.fromAsync(stream);
  };
  const messages = [{ role: "user", content: "Hello" }] as const;
  const chunks = await read((client) =>
    client.chat.completions.create({ model, messages: [...messages], stream: true }),
  );
  expect(chunks).toHaveLength(texts.length + 1);
  const events = await read((client) => client.responses.create({ model, input: "Hello", stream: true }));
  expect(events.at(-1)).toMatchObject({ response: { status: "completed", output: [{}] } });
});

test("more output than the model may write is refused under the name that the client used", async () => {
  const ports: InferencePorts = memoryInference({}).ports;
  await expect(
    clientOf(ports).responses.create({ model, input: "Hello", max_output_tokens: 1_000_000 }),
  ).rejects.toMatchObject({ status: 400, code: "output_limit_exceeded", param: "max_output_tokens" });
});
