import { describe, expect, test } from "vitest";
import { crashed } from "../../../core/billing/usage-event.ts";
import { failurePolicies } from "../../../core/catalogue/price.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { picodollars, zero } from "../../../core/money.ts";
import { type ModelItem, memoryInference } from "../../support/memory-inference.ts";
import { present } from "../../support/present.ts";
import { sampleChat, sampleModel, samplePrincipal } from "../../support/samples.ts";
import { encode } from "../../support/sse.ts";
import { texts, whole } from "../../support/streamed-request.ts";

const price = present(sampleModel.price);

/** A model that says one item after the other, each when it is told to, `everyMs` apart; then it is silent for ever. */
const pacedWorld = (items: readonly ModelItem[], everyMs: number, policies: object = {}) => {
  const paced = async function* () {
    for (const item of items) {
      world.pass(everyMs);
      yield item;
    }
  };
  const world = memoryInference({
    model: {
      ...sampleModel,
      limits: { ...sampleModel.limits, requestMsMax: 120_000 },
      price: { ...price, ...policies },
    },
    invokeStreaming: async () => ({
      ok: true,
      stream: { chunks: paced(), cancel: () => undefined },
    }),
  });
  return world;
};

const startStream = async (world: ReturnType<typeof memoryInference>) => {
  const answer = await serveRequest(world.ports)(samplePrincipal, sampleChat({ stream: true }));
  if (answer.kind !== "streamed") throw new Error(`the answer was ${answer.kind}`);
  return { ...answer.stream, lease: answer.admitted.lease };
};

describe("a dear request", () => {
  const dear = { ...sampleModel, price: { ...price, journalAbove: zero } };

  test.each([false, true])("is on record before its model is called (stream: %s)", async (stream) => {
    let known: unknown;
    const world = memoryInference({
      model: dear,
      invoke: async () => look(),
      invokeStreaming: async () => look(),
    });
    const look = async () => {
      const [lease] = (await world.wallet()).grants.keys();
      known = await world.usage.recordOf(present(lease));
      return { ok: false, failure: { reason: "broken" } } as const;
    };
    await serveRequest(world.ports)(samplePrincipal, sampleChat({ stream }));
    expect(known).toMatchObject({
      spent: 0n,
      unsettled: [
        { failure: crashed, outcome: "failed", cost: 0n, waived: true, quantities: {}, streamed: stream },
      ],
    });
  });

  test("that dies before anything is known to be delivered leaves an event of no cost", async () => {
    const world = memoryInference({ model: dear, invoke: () => new Promise(() => undefined) });
    void serveRequest(world.ports)(samplePrincipal, sampleChat());
    await new Promise(setImmediate);
    expect(await world.closeAll()).toBe(true);
    expect(world.usage.events()).toMatchObject([{ failure: crashed, source: "estimated", cost: 0n }]);
    expect(await world.wallet()).toMatchObject({ spent: 0n, grants: new Map() });
  });
});

test.each<[string, bigint | undefined, boolean]>([
  ["above the threshold", 1n, true],
  ["at a threshold that it does not pass", 10n ** 12n, false],
  ["far below the default of 5 cents", undefined, false],
])("a request that may cost %s: in the journal or not", async (_, journalAbove, isKept) => {
  const model = {
    ...sampleModel,
    price: { ...price, ...(journalAbove !== undefined && { journalAbove: picodollars(journalAbove) }) },
  };
  const world = memoryInference({
    model,
    invoke: async () => ({ ok: false, failure: { reason: "broken" } }),
  });
  let kept = 0;
  const ports = { ...world.ports, progress: { keep: async () => void (kept += 1) } };
  await serveRequest(ports)(samplePrincipal, sampleChat());
  expect(kept > 0).toBe(isKept);
});

describe("a stream whose process dies", () => {
  const read = async (world: ReturnType<typeof memoryInference>, chunks: number) => {
    const { body, lease } = await startStream(world);
    for (let chunk = 0; chunk < chunks; chunk++) await body.next();
    return lease;
  };

  test("within ten seconds of its start is not billed, and leaves nothing", async () => {
    const world = pacedWorld(texts.map(encode), 3000);
    const lease = await read(world, 3);
    expect(await world.usage.recordOf(lease)).toEqual({ spent: 0n, unsettled: [] });
    await world.closeAll();
    expect(world.usage.events()).toEqual([]);
  });

  test.each(failurePolicies)(
    "later is settled by its last checkpoint, as the price says of failures: %s",
    async (onFailure) => {
      const world = pacedWorld(texts.map(encode), 11_000, { onFailure });
      await read(world, 3);
      await world.closeAll();
      const [event, ...others] = world.usage.events();
      expect(others).toEqual([]);
      // The first chunk opens the stream; eleven seconds after it there is a checkpoint, and after another eleven the last.
      expect(event).toMatchObject({
        outcome: "failed",
        failure: crashed,
        policy: onFailure,
        source: "estimated",
        streamed: true,
        quantities: { outputTokens: 3 },
      });
      expect(present(event).cost > 0n).toBe(onFailure === "bill-delivered");
      expect((await world.wallet()).spent).toBe(present(event).cost);
    },
  );

  test("no sooner than ten seconds after its last checkpoint leaves another", async () => {
    const world = pacedWorld([...texts, ...texts].map(encode), 6000);
    const lease = await read(world, 4);
    // 6, 12 and 18 seconds after the stream opened: the second of these was due, the next is at 24.
    const { unsettled } = await world.usage.recordOf(lease);
    expect(unsettled).toMatchObject([{ quantities: { outputTokens: 3 } }]);
  });
});

test("a stream that ends well has one event, and its progress means nothing any more", async () => {
  const world = pacedWorld(whole, 11_000);
  const stream = await startStream(world);
  for await (const _ of stream.body);
  await stream.close();
  await world.closeAll();
  expect(world.usage.events()).toMatchObject([{ outcome: "completed", cost: 21_000_000n }]);
});

test("progress that cannot be kept in time to be billed is not kept", async () => {
  const world = pacedWorld(texts.map(encode), 50_000);
  const { body, lease } = await startStream(world);
  for (const _ of texts) await body.next();
  // After 100 seconds of the 120 that it has, and after 150.
  const { unsettled } = await world.usage.recordOf(lease);
  expect(unsettled).toMatchObject([{ quantities: { outputTokens: 2 } }]);
});
