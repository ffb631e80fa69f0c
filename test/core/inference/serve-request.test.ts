import { describe, expect, test } from "vitest";
import { chatWorstCase } from "../../../core/inference/tasks/chat-worst-case.ts";
import { rate } from "../../../core/billing/rate.ts";
import type { Model } from "../../../core/catalogue/model.ts";
import type { ModelFailure, ModelServers } from "../../../core/inference/ports.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { type ModelItem, memoryInference, scriptedStream } from "../../support/memory-inference.ts";
import { present } from "../../support/present.ts";
import {
  sampleChat,
  sampleEndpoint,
  sampleModel,
  samplePrincipal,
  sampleRequest,
} from "../../support/samples.ts";
import { decode, encode, tokens } from "../../support/sse.ts";
import { whole } from "../../support/streamed-request.ts";

const choices = [
  { index: 0, message: { role: "assistant", content: "The Hobbit é😀" }, finish_reason: "stop" },
];
const completion = { id: "chatcmpl-1", choices, usage: tokens(12, 3) };

const ask = async (body: unknown, model: Model = sampleModel) => {
  const bytes =
    body instanceof Uint8Array ? body : encode(typeof body === "string" ? body : JSON.stringify(body));
  const { ports, events } = memoryInference({ model, invoke: async () => ({ ok: true, body: bytes }) });
  return { answer: await serveRequest(ports)(samplePrincipal, sampleChat()), events };
};

test.each(["whole", "streamed to its end", "streamed and hung up"])(
  "when an answer is over (%s), an almost empty wallet has everything back that the request did not cost",
  async (kind) => {
    const wallet = rate(chatWorstCase(sampleRequest(), sampleModel.limits), present(sampleModel.price));
    const { stream } = scriptedStream(whole);
    const { ports, events, cells } = memoryInference({
      wallet,
      invoke: async () => ({ ok: true, body: encode(JSON.stringify(completion)) }),
      invokeStreaming: async () => ({ ok: true, stream }),
    });
    const answer = await serveRequest(ports)(samplePrincipal, sampleChat({ stream: kind !== "whole" }));
    if (answer.kind === "streamed") {
      await answer.stream.body.next();
      if (kind === "streamed to its end") for await (const _ of answer.stream.body);
      await answer.stream.close();
    }
    const cost = present(events[0]).cost;
    expect(cost).toBeGreaterThan(0n);
    expect(cells.owned()).toMatchObject([{ available: wallet - cost, spent: cost, grants: new Map() }]);
  },
);

test.each([false, true])(
  "a model port that rejects, against its contract, still leaves one event (stream: %s)",
  async (stream) => {
    const { ports, events } = memoryInference({});
    await expect(serveRequest(ports)(samplePrincipal, sampleChat({ stream }))).rejects.toThrow(
      /not to be called/,
    );
    expect(events).toMatchObject([{ outcome: "failed", failure: "internal_error", cost: 0n, waived: true }]);
  },
);

describe("a whole answer", () => {
  test("has the exact cost in its usage, and one event with the same numbers", async () => {
    const { answer, events } = await ask(completion);
    if (answer.kind !== "whole") throw new Error(`the answer was ${answer.kind}`);
    expect(JSON.parse(answer.body)).toEqual({ ...completion, usage: { ...tokens(12, 3), cost: 0.000021 } });
    expect(answer.body).toContain('"cost":0.000021');
    expect(events).toHaveLength(1);
    expect(events).toMatchObject([
      {
        request: answer.admitted.request,
        outcome: "completed",
        source: "reported",
        streamed: false,
        cost: 21_000_000n,
        price: present(sampleModel.price).id,
        artifactDigest: sampleModel.artifactDigest,
        customer: samplePrincipal.customer,
        key: samplePrincipal.key,
      },
    ]);
  });

  test("is returned only after its event is durable", async () => {
    let isStored = false;
    const { ports } = memoryInference({
      invoke: async () => ({ ok: true, body: encode(JSON.stringify(completion)) }),
      whileRecording: async () => {
        await new Promise(setImmediate);
        isStored = true;
      },
    });
    await serveRequest(ports)(samplePrincipal, sampleChat());
    expect(isStored).toBe(true);
  });

  test.each([
    ["missing", undefined],
    ["null", null],
    ["negative", tokens(-12, -3)],
    ["text", { prompt_tokens: "12", completion_tokens: "3" }],
    ["infinite", "1e999"],
    ["a list", [12, 3]],
  ])("with usage that is %s is estimated, labelled, and not free", async (_, usage) => {
    const { answer, events } = await ask({ ...completion, usage });
    if (answer.kind !== "whole") throw new Error(`the answer was ${answer.kind}`);
    const shown = JSON.parse(answer.body).usage;
    expect(shown.estimated).toBe(true);
    expect(shown.total_tokens).toBe(shown.prompt_tokens + shown.completion_tokens);
    expect(events).toMatchObject([{ source: "estimated", outcome: "completed", waived: false }]);
    expect(events[0]?.cost).toBeGreaterThan(0n);
    expect(events).toHaveLength(1);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "<html>CANARY</html>"],
    ["half of it", '{"choices":[{"mess'],
    ["a list", "[]"],
    ["an error with status 200", { error: { message: "CANARY" } }],
    ["choices that are no list", { choices: "CANARY" }],
    ["bytes that are no text", Uint8Array.of(0xff, 0xfe)],
  ])("that is %s is a failure, and free", async (_, body) => {
    const { answer, events } = await ask(body);
    expect(answer).toMatchObject({ kind: "refused", refusal: { code: "model_error" } });
    expect(
      JSON.stringify(answer, (_key, value: unknown) => (typeof value === "bigint" ? "" : value)),
    ).not.toContain("CANARY");
    expect(events).toMatchObject([
      { outcome: "failed", failure: "model_error", waived: true, cost: 0n, quantities: {} },
    ]);
    expect(events).toHaveLength(1);
  });
});

describe.each([false, true])("a failure before the first byte (stream: %s)", (stream) => {
  const fail = async (failure: ModelFailure) => {
    const reply = async () => ({ ok: false, failure }) as const;
    const { ports, events } = memoryInference(stream ? { invokeStreaming: reply } : { invoke: reply });
    return { answer: await serveRequest(ports)(samplePrincipal, sampleChat({ stream })), events };
  };

  test.each<[ModelFailure, string]>([
    [{ reason: "rejected" }, "rejected_by_model"],
    [
      { reason: "rejected", code: "context_length_exceeded", message: "Too long." },
      "context_length_exceeded",
    ],
    [{ reason: "overloaded" }, "model_overloaded"],
    [{ reason: "waking" }, "model_waking"],
    [{ reason: "unavailable" }, "model_unavailable"],
    [{ reason: "timeout" }, "model_timeout"],
    [{ reason: "broken" }, "model_error"],
  ])("%j is refused as %s with one free event", async (failure, code) => {
    const { answer, events } = await fail(failure);
    expect(answer).toMatchObject({ kind: "refused", refusal: { code } });
    expect(answer.admitted?.request).toBe(events[0]?.request);
    expect(events).toMatchObject([
      { outcome: "failed", failure: code, cost: 0n, waived: true, streamed: stream },
    ]);
    expect(events).not.toHaveProperty("0.firstByteAt");
    expect(events).toHaveLength(1);
  });

  test("a rejection is told in the model's words and names its field", async () => {
    const { answer } = await fail({ reason: "rejected", message: "`stop` is too long.", param: "stop" });
    expect(answer).toMatchObject({ refusal: { message: "`stop` is too long.", param: "stop" } });
  });
});

test.each<[string, readonly ModelItem[]]>([
  ["that ends before it begins", []],
  ["whose first item is a failure", [{ reason: "broken" }]],
])("a stream %s is an error status, not a broken stream; it is ended and free", async (_, items) => {
  const { stream, state } = scriptedStream(items);
  const { ports, events } = memoryInference({ invokeStreaming: async () => ({ ok: true, stream }) });
  const answer = await serveRequest(ports)(samplePrincipal, sampleChat({ stream: true }));
  expect(answer).toMatchObject({ kind: "refused", refusal: { code: "model_error" } });
  expect(state.ended).toBe(true);
  expect(events).toMatchObject([{ outcome: "failed", cost: 0n }]);
  expect(events).toHaveLength(1);
});

test("a model that runs nowhere near is unavailable, and recorded as such", async () => {
  const { answer, events } = await ask(completion, { ...sampleModel, endpoints: [] });
  expect(answer).toMatchObject({ kind: "refused", refusal: { code: "model_unavailable" } });
  expect(events).toMatchObject([{ outcome: "failed", failure: "model_unavailable", cost: 0n }]);
});

test("a request that is not admitted reaches no model and leaves no event", async () => {
  const { ports, events } = memoryInference({});
  const answer = await serveRequest(ports)(samplePrincipal, sampleChat({ model: "unknown" }));
  expect(answer).toMatchObject({ kind: "refused", refusal: { code: "model_not_found" } });
  expect(answer.admitted).toBeUndefined();
  expect(events).toEqual([]);
});

describe("what the model is sent", () => {
  const sent = async (
    request: Parameters<typeof sampleRequest>[0],
    endpoint: Model["endpoints"][number] = sampleEndpoint,
  ): Promise<Record<string, unknown>> => {
    let body = "";
    const refuse: ModelServers["invoke"] = async (_endpoint, payload) => {
      body = decode(payload.body);
      return { ok: false, failure: { reason: "broken" } };
    };
    const model = { ...sampleModel, endpoints: [endpoint] };
    const { ports } = memoryInference({
      model,
      invoke: refuse,
      invokeStreaming: (...args) => refuse(...args) as never,
    });
    await serveRequest(ports)(samplePrincipal, sampleChat(request));
    return JSON.parse(body);
  };

  test("always has a limit of output tokens, and one name for it", async () => {
    expect(await sent({})).toMatchObject({ max_tokens: 256 });
    const both = await sent({ outputTokens: 7, fields: { max_completion_tokens: 7, max_tokens: 900 } });
    expect(both).toMatchObject({ max_tokens: 7 });
    expect(both).not.toHaveProperty("max_completion_tokens");
  });

  test("asks for usage in streams, whatever the client said of it, and only there", async () => {
    const against = { stream_options: { include_usage: false, other: 1 } };
    expect(await sent({ stream: true, fields: against })).toMatchObject({
      stream_options: { include_usage: true, other: 1 },
    });
    expect(await sent({ fields: against })).not.toHaveProperty("stream_options");
    const running = { ...sampleEndpoint, usage: "running" } as const;
    expect(await sent({ stream: true }, running)).toMatchObject({
      stream_options: { include_usage: true, continuous_usage_stats: true },
    });
  });

  test("keeps unknown fields as they are, also ones with names of old", async () => {
    const fields = JSON.parse('{"top_k":5,"__proto__":{"x":1},"constructor":2}');
    expect(JSON.stringify(await sent({ fields }))).toContain('"top_k":5');
    expect(Object.hasOwn(await sent({ fields }), "constructor")).toBe(true);
  });

  test("names the model as its own server does", async () => {
    const endpoint = {
      kind: "openai-server",
      url: "http://localhost:1/v1",
      model: "llama",
      usage: "final",
    } as const;
    expect(await sent({}, endpoint)).toMatchObject({ model: "llama" });
    expect(await sent({})).toMatchObject({ model: sampleModel.name });
  });
});
