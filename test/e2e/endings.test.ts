import { setTimeout as sleep } from "node:timers/promises";
import { APIError } from "openai";
import { beforeAll, describe, expect, test } from "vitest";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { Script } from "../support/scripted-model.ts";
import { until } from "../support/until.ts";
import { type TestPlatform, sharedTestPlatform, textOf } from "./test-platform.ts";

/** However an admitted request ends, it leaves exactly one usage event, and the platform goes on. */

let platform: TestPlatform;
let apiKey: string;

beforeAll(async () => {
  platform = await sharedTestPlatform();
  apiKey = await platform.issue();
});

const messages = [{ role: "user" as const, content: "canary-of-the-prompt" }];

/** vLLM's field, which the demo server knows and the openai package does not. */
const neverEnding = { ignore_eos: true };

/** `script` is no field of OpenAI's: Farebox passes it through to the model. */
const request = (script: Script, model = "scripted") => ({ model, messages, script });

const ask = (script: Script, model?: string) =>
  platform.client(apiKey).chat.completions.create(request(script, model));

const stream = (script: Script, model?: string) =>
  platform.client(apiKey).chat.completions.create({ ...request(script, model), stream: true });

const readAll = async (script: Script, model?: string): Promise<string> => {
  let text = "";
  for await (const chunk of await stream(script, model)) text += chunk.choices[0]?.delta.content ?? "";
  return text;
};

const failureOf = async (work: () => Promise<unknown>): Promise<APIError> => {
  const error: unknown = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error(`no APIError but ${String(error)}`);
};

const onlyEventOf = async (work: () => Promise<unknown>): Promise<UsageEvent> => {
  const [event, ...others] = await platform.eventsOf(work);
  expect(others).toEqual([]);
  if (!event) throw new Error("no event");
  return event;
};

test.each(["scripted", "scripted-final", "scripted-url"])(
  "%s: a stream cut at every byte arrives whole",
  async (model) => {
    let text = "";
    const event = await onlyEventOf(async () => {
      text = await readAll({ words: 5, partBytes: 3 }, model);
    });
    expect(text).toBe("wörd0 wörd1 wörd2 wörd3 wörd4 ");
    expect(event).toMatchObject({
      outcome: "completed",
      source: "reported",
      quantities: { inputTokens: 11, outputTokens: 5 },
      cost: 21_000_000n,
    });
  },
);

describe("a client that hangs up mid-stream", () => {
  test.each(["scripted", "scripted-final", "scripted-url"])(
    "%s: stops the model and pays for what was delivered",
    async (model) => {
      const before = platform.scripted.wordsSent();
      const event = await onlyEventOf(async () => {
        const answer = await stream({ words: 200, paceMs: 10 }, model);
        let seen = 0;
        for await (const _ of answer) if (++seen === 5) break;
      });
      expect(event).toMatchObject({ outcome: "aborted", waived: false });
      const delivered = event.quantities.outputTokens ?? 0;
      expect(delivered).toBeGreaterThanOrEqual(5);
      expect(delivered).toBeLessThan(200);
      expect(event.source).toBe(model === "scripted" ? "reported" : "estimated");
      expect(event.cost > 0n && event.cost <= event.hold).toBe(true);
      // The model hears of it after the event is stored: it comes to a halt, and long before its last word.
      await until(async () => {
        const sent = platform.scripted.wordsSent();
        await sleep(100);
        return platform.scripted.wordsSent() === sent;
      });
      expect(platform.scripted.wordsSent() - before).toBeLessThan(200);
    },
  );

  const leave = (model: string, script: Script): Promise<UsageEvent> =>
    onlyEventOf(async () => {
      let seen = 0;
      for await (const _ of await stream(script, model)) if (++seen === 5) break;
    });

  test("of a model that is drained pays for the whole answer: it is read to its end", async () => {
    const event = await leave("scripted-drain", { words: 60, paceMs: 10 });
    expect(event).toMatchObject({
      outcome: "aborted",
      policy: "drain",
      source: "reported",
      waived: false,
      quantities: { inputTokens: 11, outputTokens: 60 },
      cost: 131_000_000n,
    });
  });

  test("of a model that is drained pays no more than it generates by the deadline", async () => {
    const event = await leave("scripted-hasty-drain", { words: 1000, paceMs: 20 });
    expect(event).toMatchObject({ outcome: "aborted", policy: "drain", waived: false });
    const delivered = event.quantities.outputTokens ?? 0;
    // More than its client waited for.
    expect(delivered).toBeGreaterThan(10);
    expect(delivered).toBeLessThan(200);
  });

  test("of a model whose price waives it pays nothing, and stops the model", async () => {
    const event = await leave("scripted-waive", { words: 200, paceMs: 10 });
    expect(event).toMatchObject({ outcome: "aborted", policy: "waive", waived: true, cost: 0n });
    const delivered = event.quantities.outputTokens ?? 0;
    expect(delivered).toBeGreaterThanOrEqual(5);
    expect(delivered).toBeLessThan(200);
  });

  test("stops the real model, which had hundreds of tokens to go", async () => {
    const event = await onlyEventOf(async () => {
      const answer = await platform.client(apiKey).chat.completions.create({
        model: "tiny-chat",
        messages: [{ role: "user", content: "recommend me a fantasy movie" }],
        max_tokens: 450,
        n: 4,
        stream: true,
        ...neverEnding,
      });
      let seen = 0;
      for await (const _ of answer) if (++seen === 5) break;
    });
    expect(event).toMatchObject({ outcome: "aborted", source: "reported", model: "tiny-chat" });
    expect(event.quantities.outputTokens).toBeLessThan(1800);
  });
});

describe("a model that fails before its first byte is not billed", () => {
  const cases: readonly [name: string, script: Script, status: number, code: string][] = [
    ["with 500", { status: 500 }, 502, "model_error"],
    ["overloaded", { status: 429 }, 503, "model_overloaded"],
    ["unavailable", { status: 503 }, 503, "model_unavailable"],
    ["with nonsense", { body: "<html>" }, 502, "model_error"],
  ];
  const silence: (typeof cases)[number] = ["silently", { hang: true }, 504, "model_timeout"];
  const table = ["", "-url"].flatMap((where) => [
    ...cases.map((row) => [`scripted${where}`, ...row] as const),
    [`scripted-hasty${where}`, ...silence] as const,
  ]);
  test.each(table)("%s %s", async (model, _name, script, status, code) => {
    const calls = [() => ask(script, model), () => readAll(script, model)];
    let failures: readonly APIError[] = [];
    const events = await platform.eventsOf(async () => {
      failures = await Promise.all(calls.map(failureOf));
    }, 2);
    for (const failure of failures) {
      expect(failure.code).toBe(code);
      expect(failure.message).not.toMatch(/secret-internals|Traceback/);
    }
    // A stream of nonsense has begun before anyone can know: its failure is an event, not a status.
    const streamStatus = script.body === undefined ? status : undefined;
    expect(failures.map((failure) => failure.status)).toEqual([status, streamStatus]);
    expect(events).toHaveLength(2);
    expect(new Set(events.map(({ streamed }) => streamed))).toEqual(new Set([false, true]));
    for (const event of events)
      expect(event).toMatchObject({ outcome: "failed", failure: code, cost: 0n, waived: true });
  });

  test("nobody listens at its address", async () => {
    const event = await onlyEventOf(async () => {
      expect(await failureOf(() => ask({}, "unreachable"))).toMatchObject({
        status: 503,
        code: "model_unavailable",
      });
    });
    expect(event).toMatchObject({ outcome: "failed", cost: 0n });
  });

  test("a request that the model rejects shows the model's own words, if they are meant for clients", async () => {
    const errorBody = JSON.stringify({
      error: { message: "top_k is too large", param: "top_k", code: "bad_top_k" },
    });
    const event = await onlyEventOf(async () => {
      const failure = await failureOf(() => ask({ status: 400, errorBody }));
      expect(failure).toMatchObject({ status: 400, code: "rejected_by_model", param: "top_k" });
      expect(failure.message).toContain("top_k is too large");
    });
    expect(event).toMatchObject({ outcome: "failed", cost: 0n });
  });
});

describe("a model that fails midway", () => {
  const cases: readonly [name: string, script: Script, code: string][] = [
    ["breaks the connection", { breakAfter: 4, words: 9, paceMs: 2 }, "model_error"],
    ["sends an error event", { errorAfter: 4, words: 9 }, "model_error"],
    ["stops without [DONE]", { cutAfter: 4, words: 9 }, "model_error"],
  ];
  const slowness: (typeof cases)[number] = ["is too slow", { words: 1000, paceMs: 20 }, "model_timeout"];
  const table = ["", "-url"].flatMap((where) => [
    ...cases.map((row) => [`scripted${where}`, ...row] as const),
    [`scripted-hasty${where}`, ...slowness] as const,
  ]);
  test.each(table)(
    "%s %s: an error event, and what was delivered is billed",
    async (model, _name, script, code) => {
      const event = await onlyEventOf(async () => {
        const failure = await failureOf(() => readAll(script, model));
        expect(failure.code).toBe(code);
        expect(failure.message).not.toContain("secret-internals");
      });
      expect(event).toMatchObject({ outcome: "failed", failure: code, waived: false });
      const delivered = event.quantities.outputTokens ?? 0;
      expect(delivered).toBeGreaterThanOrEqual(4);
      expect(event.cost > 0n && event.cost <= event.hold).toBe(true);
      // The process survived, and the next request works.
      expect(await readAll({ words: 1 }, model)).toBe("wörd0 ");
    },
  );
});

test("a model that fails midway, and whose price waives that, is not billed", async () => {
  const event = await onlyEventOf(() =>
    failureOf(() => readAll({ errorAfter: 4, words: 9 }, "scripted-waive")),
  );
  expect(event).toMatchObject({
    outcome: "failed",
    failure: "model_error",
    policy: "waive",
    waived: true,
    cost: 0n,
    quantities: { outputTokens: 4 },
  });
});

describe("a model that does not say what it used", () => {
  test.each(["scripted", "scripted-final", "scripted-url"])(
    "%s: is estimated, and labelled so, whole and streamed",
    async (model) => {
      const events = await platform.eventsOf(async () => {
        const whole = await ask({ withoutUsage: true, words: 8 }, model);
        expect(whole.usage).toMatchObject({ estimated: true });
        await readAll({ withoutUsage: true, words: 8 }, model);
      }, 2);
      expect(events).toHaveLength(2);
      for (const event of events) {
        expect(event).toMatchObject({ outcome: "completed", source: "estimated" });
        expect(event.cost > 0n && event.cost <= event.hold).toBe(true);
      }
    },
  );

  test.each([{ prompt_tokens: -5, completion_tokens: 3 }, { prompt_tokens: "11" }, null, [1e308]])(
    "usage %j makes no sense, and is not believed",
    async (usage) => {
      const event = await onlyEventOf(() => ask({ usage }));
      expect(event).toMatchObject({ source: "estimated" });
      expect(event.cost > 0n && event.cost <= event.hold).toBe(true);
    },
  );

  test("a model that reports more than the worst case is billed the hold, no more", async () => {
    const event = await onlyEventOf(() =>
      ask({ usage: { prompt_tokens: 4_000_000, completion_tokens: 9_000_000 } }),
    );
    expect(event.cost).toBe(event.hold);
  });
});

test("nothing of prompts, completions, keys or the models' internals is in any log", () => {
  const text = textOf(platform.log);
  expect(text).toContain("/v1/chat/completions");
  expect(text).not.toMatch(/canary-of-the-prompt|wörd|word0|secret-internals|Traceback|fbx_test_/);
  expect(platform.platform.cloud.denials()).toEqual([]);
});
