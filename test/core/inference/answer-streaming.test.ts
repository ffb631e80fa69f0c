import { describe, expect, test } from "vitest";
import { formatDollars, zero } from "../../../core/money.ts";
import {
  startStream as start,
  readStream as readAll,
  said,
  texts,
  whole,
} from "../../support/streamed-request.ts";
import { cutAt, dataIn, decode, delta, done, encode, event, tokens, usageChunk } from "../../support/sse.ts";

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

  test.each([
    ["says nothing", []],
    ["talks nonsense", [event(usageChunk({ prompt_tokens: -1, completion_tokens: "many" }))]],
  ])(
    "ends with an estimate and its cost for a client that asked, if the model %s of its usage",
    async (_case, tail) => {
      const answer = await start([...texts, ...tail, done].map(encode), { wantsUsage: true });
      const { text } = await readAll(answer);
      const usages = dataIn(text).filter((data) => "usage" in data);
      expect(usages).toMatchObject([
        { choices: [], usage: { completion_tokens: said.length, estimated: true } },
      ]);
      expect(answer.events).toMatchObject([{ outcome: "completed", source: "estimated" }]);
      expect(text).toContain(`"cost":${formatDollars(answer.events[0]?.cost ?? zero)}`);
      expect(text.endsWith(done)).toBe(true);
    },
  );

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

  test("that ends in nonsense leaves the last that made sense", async () => {
    const items = [event(delta("Try", { usage: tokens(12, 1) })), event(usageChunk(tokens(-1, -1))), done];
    const answer = await start(items.map(encode), {}, { usage: "running" });
    await readAll(answer);
    expect(answer.events).toMatchObject([
      { source: "reported", quantities: { inputTokens: 12, outputTokens: 1 }, cost: 15_000_000n },
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
