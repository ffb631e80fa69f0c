import { describe, expect, test } from "vitest";
import type { ModelFailure } from "../../../core/inference/ports.ts";
import { startStream as start, readStream as readAll, texts } from "../../support/streamed-request.ts";
import { delta, done, encode, event } from "../../support/sse.ts";

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
