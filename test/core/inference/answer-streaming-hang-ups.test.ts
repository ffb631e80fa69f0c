import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abortPolicies, failurePolicies } from "../../../core/catalogue/price.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { type ModelItem, memoryInference, scriptedStream } from "../../support/memory-inference.ts";
import { present } from "../../support/present.ts";
import { sampleChat, sampleModel, samplePrincipal } from "../../support/samples.ts";
import { startStream as start, readStream as readAll, texts, whole } from "../../support/streamed-request.ts";
import { decode, done, encode, event, tokens, usageChunk } from "../../support/sse.ts";

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
    const answer = await serveRequest(ports)(samplePrincipal, sampleChat({ stream: true }));
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

const policies = fc.record({
  id: fc.constant(present(sampleModel.price).id),
  rates: fc.constant(present(sampleModel.price).rates),
  onAbort: fc.constantFrom(...abortPolicies),
  onFailure: fc.constantFrom(...failurePolicies),
});

test("in whatever order model, client and table act, one event is stored, and [DONE] means it was completed", () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), endings, fc.nat(6), policies, async (scheduler, items, reads, price) => {
      const { stream } = scriptedStream(items);
      async function* paced() {
        for await (const item of stream.chunks)
          yield await scheduler.schedule(Promise.resolve(item), "model");
      }
      const { ports, events } = memoryInference({
        model: { ...sampleModel, price },
        invokeStreaming: async () => ({
          ok: true,
          stream: { chunks: paced(), cancel: () => stream.cancel() },
        }),
        whileRecording: () => scheduler.schedule(Promise.resolve(), "table"),
      });
      let text = "";
      const client = async () => {
        const answer = await serveRequest(ports)(samplePrincipal, sampleChat({ stream: true }));
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
      expect(only?.policy === "waive" && only.cost > 0n).toBe(false);
    }),
    { numRuns: 200 },
  ));
