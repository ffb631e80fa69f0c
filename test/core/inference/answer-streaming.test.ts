import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UsageReporting } from "../../../core/catalogue/model.ts";
import type { ChatRequest } from "../../../core/inference/chat-request.ts";
import type { ModelFailure } from "../../../core/inference/ports.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { type ModelItem, memoryInference, scriptedStream } from "../../support/memory-inference.ts";
import { sampleEndpoint, sampleModel, samplePrincipal, sampleRequest } from "../../support/samples.ts";
import { cutAt, dataIn, decode, delta, done, encode, event, tokens, usageChunk } from "../../support/sse.ts";

/** Starts a streamed request over a scripted model. */
const start = async (
  items: readonly ModelItem[],
  said: Partial<ChatRequest> = {},
  { usage = "final", whileRecording }: { usage?: UsageReporting; whileRecording?: () => Promise<void> } = {},
) => {
  const { stream, state } = scriptedStream(items);
  const { ports, events } = memoryInference({
    model: { ...sampleModel, endpoints: [{ ...sampleEndpoint, usage }] },
    invokeStreaming: async () => ({ ok: true, stream }),
    ...(whileRecording && { whileRecording }),
  });
  const answer = await serveRequest(ports)(samplePrincipal, sampleRequest({ stream: true, ...said }));
  if (answer.kind !== "streamed") throw new Error(`the answer was ${answer.kind}`);
  const { stream: streamed } = answer;
  return { body: streamed.body, close: () => streamed.close(), events, state };
};

/** Reads a streamed answer to its end; closes it as the shell does. */
const readAll = async ({ body, close }: Pick<Awaited<ReturnType<typeof start>>, "body" | "close">) => {
  let text = "";
  const refusals: string[] = [];
  for await (const item of body) {
    if (item instanceof Uint8Array) text += decode(item);
    else refusals.push(item.code);
  }
  await close();
  return { text, refusals };
};

const said = ["Try", " the", " Hobbit é😀"];
const texts = said.map((content) => event(delta(content)));
const whole = [...texts, event(usageChunk(tokens(12, 3))), done].map(encode);
const contentOf = (text: string): string =>
  dataIn(text)
    .map((data) => JSON.stringify(data))
    .map((json) => /"content":"((?:[^"\\]|\\.)*)"/.exec(json)?.[1] ?? "")
    .join("");

describe("a stream that ends well", () => {
  test("is a plain OpenAI stream for a client that did not ask for usage", async () => {
    const answer = await start(whole);
    expect(await readAll(answer)).toEqual({ text: texts.join("") + done, refusals: [] });
    expect(answer.events).toMatchObject([
      {
        outcome: "completed",
        streamed: true,
        source: "reported",
        quantities: { inputTokens: 12, outputTokens: 3, requests: 1 },
        cost: 21_000_000n,
        waived: false,
      },
    ]);
    expect(answer.events).not.toHaveProperty("0.failure");
  });

  test("ends with usage and the exact cost for a client that asked for it", async () => {
    const { text } = await readAll(await start(whole, { wantsUsage: true }));
    expect(dataIn(text).at(-1)).toMatchObject({ choices: [], usage: { ...tokens(12, 3), cost: 0.000021 } });
    expect(text).toContain('"cost":0.000021}');
  });

  test("does not let the model set its own cost", async () => {
    const lie = event(usageChunk({ ...tokens(12, 3), cost: 0 }));
    const { text } = await readAll(await start([...texts, lie, done].map(encode), { wantsUsage: true }));
    expect(text.match(/"cost"/g)).toHaveLength(1);
    expect(text).toContain('"cost":0.000021');
  });

  test("shows usage that a server puts into the chunk that ends the choice", async () => {
    const last = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
    const items = [...texts, event({ ...last, usage: tokens(12, 3) }), done].map(encode);
    expect(dataIn((await readAll(await start(items))).text).at(-1)).toEqual(last);
    const asked = await readAll(await start(items, { wantsUsage: true }));
    expect(dataIn(asked.text).at(-1)).toEqual({ ...last, usage: { ...tokens(12, 3), cost: 0.000021 } });
  });

  test("shows [DONE] only after the usage event is durable", async () => {
    let release = (): void => undefined;
    const stored = new Promise<void>((resolve) => (release = resolve));
    const { body, events } = await start(whole, {}, { whileRecording: () => stored });
    for (const _ of texts) await body.next();
    const last = body.next();
    let isShown = false;
    void last.then(() => (isShown = true));
    await new Promise(setImmediate);
    expect(isShown).toBe(false);
    release();
    const { value } = await last;
    expect(value instanceof Uint8Array && decode(value)).toBe(done);
    expect(events).toHaveLength(1);
  });

  test("ends the model's stream, which holds a connection and a timer", async () => {
    const answer = await start(whole);
    await readAll(answer);
    expect(answer.state.ended).toBe(true);
  });
});

describe("running usage", () => {
  const running = [
    ...said.map((content, index) => event(delta(content, { usage: tokens(12, index + 1) }))),
    event(usageChunk(tokens(12, 3))),
    done,
  ].map(encode);

  test("is taken out of every chunk for a client that did not ask for it", async () => {
    const { text } = await readAll(await start(running, { wantsUsage: true }, { usage: "running" }));
    expect(dataIn(text).filter((data) => "usage" in data)).toHaveLength(1);
    expect(contentOf(text)).toBe(said.join(""));
  });

  test("reaches a client that asked for it", async () => {
    const { text } = await readAll(await start(running, { wantsRunningUsage: true }, { usage: "running" }));
    expect(dataIn(text).map(({ usage }) => usage)).toEqual([tokens(12, 1), tokens(12, 2), tokens(12, 3)]);
  });

  test("bills exactly what was delivered when the client hangs up", async () => {
    const { body, close, events } = await start(running, {}, { usage: "running" });
    await body.next();
    await body.next();
    await close();
    expect(events).toMatchObject([
      {
        outcome: "aborted",
        source: "reported",
        quantities: { inputTokens: 12, outputTokens: 2 },
        cost: 18_000_000n,
      },
    ]);
  });

  test("that never comes although it was announced is counted, not free", async () => {
    const answer = await start([...texts, done].map(encode), {}, { usage: "running" });
    await readAll(answer);
    expect(answer.events).toMatchObject([
      { outcome: "completed", source: "estimated", quantities: { outputTokens: 3 } },
    ]);
  });
});

describe("a stream without usable usage is counted and labelled so", () => {
  test.each([
    ["missing", undefined],
    ["negative", tokens(-1, -3)],
    ["NaN, which JSON writes as null", tokens(Number.NaN, 3)],
    ["text", { prompt_tokens: "12", completion_tokens: "3" }],
    ["fractional", tokens(12, 0.5)],
    ["beyond what counts exactly", tokens(12, 2 ** 60)],
    ["empty", {}],
  ])("%s", async (_, usage) => {
    const items = [...texts, ...(usage ? [event(usageChunk(usage))] : []), done].map(encode);
    const answer = await start(items);
    const { text } = await readAll(answer);
    expect(text.endsWith(done)).toBe(true);
    expect(answer.events).toHaveLength(1);
    expect(answer.events).toMatchObject([
      {
        outcome: "completed",
        source: "estimated",
        waived: false,
        quantities: { outputTokens: 3, requests: 1 },
      },
    ]);
    expect(answer.events[0]?.quantities.inputTokens).toBeGreaterThan(0);
    expect(answer.events[0]?.cost).toBeGreaterThan(0n);
  });

  test("huge but exact usage is billed at the hold and no higher", async () => {
    const huge = event(usageChunk(tokens(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)));
    const answer = await start([...texts, huge, done].map(encode));
    await readAll(answer);
    expect(answer.events).toHaveLength(1);
    expect(answer.events[0]?.cost).toBe(answer.events[0]?.hold);
  });

  test("roles, empty text and finish reasons are not counted; tool calls are", async () => {
    const deltas = [
      { role: "assistant" },
      { role: "assistant", content: "" },
      {},
      { content: null },
      { tool_calls: [{}] },
    ];
    const items = deltas.map((said) => event({ choices: [{ index: 0, delta: said, finish_reason: null }] }));
    const answer = await start([...items, done].map(encode));
    await readAll(answer);
    expect(answer.events[0]?.quantities.outputTokens).toBe(1);
  });
});

describe("a failure midway", () => {
  const reasons = ["rejected", "overloaded", "waking", "unavailable", "timeout", "broken"] as const;
  const codes = {
    rejected: "rejected_by_model",
    overloaded: "model_overloaded",
    waking: "model_waking",
    unavailable: "model_unavailable",
    timeout: "model_timeout",
    broken: "model_error",
  } as const satisfies Record<ModelFailure["reason"], string>;

  test.each(reasons)(
    "%s: the last item says so, [DONE] is not shown, one event is failed",
    async (reason) => {
      const answer = await start([...texts.map(encode), { reason }]);
      expect(await readAll(answer)).toEqual({ text: texts.join(""), refusals: [codes[reason]] });
      expect(answer.events).toHaveLength(1);
      expect(answer.events).toMatchObject([
        { outcome: "failed", failure: codes[reason], waived: false, quantities: { outputTokens: 3 } },
      ]);
    },
  );

  test.each<[string, readonly string[]]>([
    ["a cut without [DONE]", texts],
    ["a cut inside an event", [...texts, 'data: {"choi']],
    ["an error event", [...texts, event({ error: { message: "CANARY /opt/model.py", code: 500 } })]],
    ["an error event with spaces", [...texts, 'data: { "error" : {"message":"CANARY"}}\n\n']],
    [
      "an error that is not the first member",
      [...texts, event({ ...delta(""), error: { message: "CANARY" } })],
    ],
    ["an event of type error", [...texts, "event: error\ndata: CANARY\n\n"]],
    ["an error event and then [DONE]", [...texts, event({ error: { message: "CANARY" } }), done]],
  ])("%s: the client gets our words, never the model's", async (_, items) => {
    const answer = await start(items.map(encode));
    const { text, refusals } = await readAll(answer);
    expect(refusals).toEqual(["model_error"]);
    expect(text).toBe(texts.join(""));
    expect(answer.events).toMatchObject([{ outcome: "failed", failure: "model_error", waived: false }]);
    expect(answer.events).toHaveLength(1);
  });

  test("a chunk that only speaks of errors, or says there is none, is no failure", async () => {
    const items = [event(delta('{"error":"x"}')), event({ error: null, ...delta("fine") }), done];
    const answer = await start(items.map(encode));
    expect((await readAll(answer)).text).toBe(items.join(""));
    expect(answer.events).toMatchObject([{ outcome: "completed" }]);
  });

  test("before any text nothing is billed", async () => {
    const answer = await start([encode(event({ error: {} }))]);
    await readAll(answer);
    expect(answer.events).toMatchObject([{ outcome: "failed", waived: true, cost: 0n }]);
    expect(answer.events).toHaveLength(1);
  });
});

describe("[DONE] is understood", () => {
  test.each([
    ["without its blank line", "data: [DONE]"],
    ["with one line break", "data: [DONE]\n"],
    ["without a space", "data:[DONE]\n\n"],
    ["with CRLF", "data: [DONE]\r\n\r\n"],
    ["with CR", "data: [DONE]\r\r"],
    ["after an empty line too many", "\ndata: [DONE]\n\n"],
    ["after a comment", ": ping\ndata: [DONE]\n\n"],
    ["after an id", "id: 7\ndata: [DONE]\n\n"],
  ])("%s", async (_, ending) => {
    const answer = await start([...texts, ending].map(encode));
    const { text, refusals } = await readAll(answer);
    expect({ text, refusals }).toEqual({ text: texts.join("") + done, refusals: [] });
    expect(answer.events).toMatchObject([{ outcome: "completed" }]);
  });

  test("what a server sends after it is ignored", async () => {
    const answer = await start(
      [...texts, done, event(delta("more")), event(usageChunk(tokens(9, 9)))].map(encode),
    );
    expect((await readAll(answer)).text).toBe(texts.join("") + done);
    expect(answer.events[0]?.source).toBe("estimated");
  });
});

test("wherever the bytes are cut, the client reads the same and the event says the same", async () => {
  const bytes = encode(whole.map(decode).join(""));
  const uncut = await start([bytes]);
  const expected = await readAll(uncut);
  for (let at = 1; at < bytes.length; at++) {
    const cut = await start(cutAt(bytes, [at]));
    expect(await readAll(cut), `cut at ${at}`).toEqual(expected);
    expect(cut.events[0]?.quantities, `cut at ${at}`).toEqual(uncut.events[0]?.quantities);
    expect(cut.events, `cut at ${at}`).toHaveLength(1);
  }
});

describe("a client that hangs up", () => {
  test("before the first read is not billed", async () => {
    const { close, events, state } = await start(whole);
    await close();
    expect(state.stopped).toBeGreaterThan(0);
    expect(events).toMatchObject([{ outcome: "aborted", waived: true, cost: 0n }]);
    expect(events).toHaveLength(1);
  });

  test.each([1, 2, 3])("after chunk %d pays for what it was sent, and the model stops", async (read) => {
    const { body, close, events, state } = await start(whole);
    for (let chunk = 0; chunk < read; chunk++) await body.next();
    await body.return();
    await close();
    expect(state.stopped).toBeGreaterThan(0);
    expect(state.ended).toBe(true);
    expect(events).toHaveLength(1);
    expect(events).toMatchObject([
      { outcome: "aborted", source: "estimated", waived: false, quantities: { outputTokens: read } },
    ]);
  });

  test("while the model is silent stops it at once, without waiting for it to speak", async () => {
    const silent = { resume: (): void => undefined, stopped: false };
    async function* chunks() {
      yield encode(texts[0] ?? "");
      await new Promise<void>((resolve) => (silent.resume = resolve));
    }
    const { ports, events } = memoryInference({
      invokeStreaming: async () => ({
        ok: true,
        stream: {
          chunks: chunks(),
          cancel: () => {
            silent.stopped = true;
            silent.resume();
          },
        },
      }),
    });
    const answer = await serveRequest(ports)(samplePrincipal, sampleRequest({ stream: true }));
    if (answer.kind !== "streamed") throw new Error(`the answer was ${answer.kind}`);
    await answer.stream.body.next();
    const waiting = answer.stream.body.next();
    await answer.stream.close();
    expect(silent.stopped).toBe(true);
    expect(events).toMatchObject([{ outcome: "aborted", quantities: { outputTokens: 1 } }]);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(events).toHaveLength(1);
  });

  test("during metering or after [DONE] changes nothing: the answer was completed", async () => {
    let closeNow = (): Promise<void> => Promise.resolve();
    const closing: Promise<void>[] = [];
    const answer = await start(
      whole,
      {},
      {
        whileRecording: async () => {
          await Promise.resolve();
          closing.push(closeNow());
        },
      },
    );
    closeNow = answer.close;
    await readAll(answer);
    await answer.close();
    await Promise.all(closing);
    expect(closing).toHaveLength(1);
    expect(answer.events).toMatchObject([{ outcome: "completed" }]);
    expect(answer.events).toHaveLength(1);
  });
});

const endings = fc.constantFrom<readonly ModelItem[]>(
  whole,
  texts.map(encode),
  [...texts.map(encode), { reason: "timeout" }],
  [...texts, event({ error: {} })].map(encode),
  [...texts, event(usageChunk(tokens(-1, 0))), done].map(encode),
);

test("in whatever order model, client and table act, one event is stored, and [DONE] means it was completed", () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), endings, fc.nat(6), async (scheduler, items, reads) => {
      const { stream } = scriptedStream(items);
      async function* paced() {
        for await (const item of stream.chunks)
          yield await scheduler.schedule(Promise.resolve(item), "model");
      }
      const { ports, events } = memoryInference({
        invokeStreaming: async () => ({
          ok: true,
          stream: { chunks: paced(), cancel: () => stream.cancel() },
        }),
        whileRecording: () => scheduler.schedule(Promise.resolve(), "table"),
      });
      let text = "";
      const client = async () => {
        const answer = await serveRequest(ports)(samplePrincipal, sampleRequest({ stream: true }));
        if (answer.kind !== "streamed") throw new Error(`the answer was ${answer.kind}`);
        const { stream: streamed } = answer;
        const { body } = streamed;
        const close = () => streamed.close();
        const hangUp = scheduler.schedule(Promise.resolve(), "hang up").then(close);
        for (let read = 0; read < reads; read++) {
          const { value } = await body.next();
          if (value instanceof Uint8Array) text += decode(value);
        }
        await Promise.all([hangUp, close()]);
      };
      await scheduler.waitFor(client());
      expect(events).toHaveLength(1);
      const [only] = events;
      expect(text.includes(done) && only?.outcome !== "completed").toBe(false);
      expect(only && only.cost <= only.hold).toBe(true);
    }),
    { numRuns: 200 },
  ));
