import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepAlive, silenceMsMax } from "../../../core/inference/keep-alive.ts";
import type { ModelItem } from "../../support/memory-inference.ts";
import { memoryInference } from "../../support/memory-inference.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { manualTimers } from "../../support/manual-timers.ts";
import { sampleChat, samplePrincipal } from "../../support/samples.ts";
import { decode, delta, done, encode, event } from "../../support/sse.ts";

const comment = ": keep-alive\n\n";

/** A source that yields when the test says so, and remembers how often it was asked. */
const pushed = <Item>() => {
  const state = { asked: 0, ended: false };
  let hand = Promise.withResolvers<Item | undefined>();
  async function* items(): AsyncGenerator<Item, void> {
    try {
      for (;;) {
        state.asked += 1;
        const item = await hand.promise;
        hand = Promise.withResolvers();
        if (item === undefined) return;
        yield item;
      }
    } finally {
      state.ended = true;
    }
  }
  const push = async (item?: Item): Promise<void> => {
    hand.resolve(item);
    await new Promise(setImmediate);
  };
  return { items: items(), push, state };
};

/** Reads all that comes, as fast as it comes. */
const reading = (body: AsyncGenerator<unknown, void>) => {
  const read: unknown[] = [];
  const ended = (async () => {
    for await (const piece of body) read.push(piece instanceof Uint8Array ? decode(piece) : piece);
  })();
  return { read, ended };
};

describe("a body that is silent", () => {
  test("has a comment for every 15 seconds of it, and its pieces at once", async () => {
    const timers = manualTimers();
    const { items, push } = pushed<Uint8Array>();
    const { read, ended } = reading(keepAlive(timers, items));
    await timers.pass(silenceMsMax - 1);
    expect(read).toEqual([]);
    await timers.pass(1);
    expect(read).toEqual([comment]);
    await push(encode("data: 1\n\n"));
    expect(read).toEqual([comment, "data: 1\n\n"]);
    await timers.pass(silenceMsMax - 1);
    expect(read).toHaveLength(2);
    await timers.pass(2 * silenceMsMax);
    expect(read.slice(2)).toEqual([comment, comment]);
    await push();
    await ended;
    expect(timers.count).toBe(0);
  });

  test("says nothing to a client that does not read, and is not read ahead of it", async () => {
    const timers = manualTimers();
    const { items, push, state } = pushed<Uint8Array>();
    const body = keepAlive(timers, items);
    const first = body.next();
    await push(encode("data: 1\n\n"));
    await first;
    await timers.pass(10 * silenceMsMax);
    expect(state.asked).toBe(1);
    const second = body.next();
    await push(encode("data: 2\n\n"));
    const { value } = await second;
    expect(value && decode(value)).toBe("data: 2\n\n");
    await body.return();
    expect(state.ended).toBe(true);
  });

  test("that was silent before says so first", async () => {
    const { items, push } = pushed<Uint8Array>();
    const { read, ended } = reading(keepAlive(manualTimers(), items, true));
    await push();
    await ended;
    expect(read).toEqual([comment]);
  });
});

test("whatever the pace, a client reads every piece whole and in order, and comments only between them", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 40_000 }), { maxLength: 8 }), async (pauses) => {
      const timers = manualTimers();
      const { items, push } = pushed<string>();
      const { read, ended } = reading(keepAlive(timers, items));
      for (const [index, pauseMs] of pauses.entries()) {
        await timers.pass(pauseMs);
        await push(`piece ${index}`);
      }
      await push();
      await ended;
      expect(read.filter((piece) => piece !== comment)).toEqual(pauses.map((_, index) => `piece ${index}`));
      expect(read.filter((piece) => piece === comment)).toHaveLength(
        pauses.map((pauseMs) => Math.floor(pauseMs / silenceMsMax)).reduce((sum, count) => sum + count, 0),
      );
    }),
    { numRuns: 50 },
  ));

/** A streamed chat whose model speaks when the test says so. */
const chatWith = () => {
  const model = pushed<ModelItem>();
  const state = { cancelled: false };
  const cancel = (): void => {
    state.cancelled = true;
    void model.push();
  };
  const world = memoryInference({
    invokeStreaming: async () => ({ ok: true, stream: { chunks: model.items, cancel } }),
  });
  const answer = serveRequest(world.ports)(samplePrincipal, sampleChat({ stream: true }));
  const streamed = async () => {
    const served = await answer;
    if (served.kind !== "streamed") throw new Error(`the answer was ${served.kind}`);
    return { ...reading(served.stream.body), close: () => served.stream.close() };
  };
  return { ...world, ...model, answer, streamed, state };
};

describe("a model that is silent before its first byte", () => {
  test("and fails within 15 seconds is an error status", async () => {
    const { answer, timers, push } = chatWith();
    await timers.pass(silenceMsMax - 1);
    await push({ reason: "overloaded" });
    expect(await answer).toMatchObject({ kind: "refused", refusal: { code: "model_overloaded" } });
    expect(timers.count).toBe(0);
  });

  test("for longer is answered for with comments, and then answers", async () => {
    const { streamed, timers, push, events } = chatWith();
    await timers.pass(silenceMsMax);
    const { read, ended } = await streamed();
    await timers.pass(silenceMsMax);
    expect(read).toEqual([comment, comment]);
    const said = event(delta("Try"));
    await push(encode(said));
    await push(encode(done));
    await ended;
    expect(read.slice(2)).toEqual([said, done]);
    expect(events).toMatchObject([{ outcome: "completed", firstByteAt: expect.any(Number) }]);
  });

  test("and then fails ends in an error event; nothing is billed", async () => {
    const { streamed, timers, push, events } = chatWith();
    await timers.pass(silenceMsMax);
    const { read, ended } = await streamed();
    await push({ reason: "timeout" });
    await ended;
    expect(read).toMatchObject([comment, { code: "model_timeout" }]);
    expect(events).toMatchObject([{ outcome: "failed", failure: "model_timeout", cost: 0n, waived: true }]);
    expect(events).not.toHaveProperty("0.firstByteAt");
  });

  test("stops when its client leaves, who pays nothing", async () => {
    const { streamed, timers, events, state } = chatWith();
    await timers.pass(silenceMsMax);
    const { close, ended } = await streamed();
    await close();
    await ended;
    expect(state.cancelled).toBe(true);
    expect(events).toMatchObject([{ outcome: "aborted", cost: 0n, waived: true }]);
    expect(events).toHaveLength(1);
  });
});
