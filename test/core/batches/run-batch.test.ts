import { describe, expect, test } from "vitest";
import { cancelBatch } from "../../../core/batches/cancel-batch.ts";
import { findBatch } from "../../../core/batches/find-batch.ts";
import { leaseTerms } from "../../../core/admission/lease-rules.ts";
import { decideMsMax } from "../../../core/batches/ports.ts";
import { linesPerChunk } from "../../../core/batches/chunk.ts";
import type { ModelServers } from "../../../core/inference/ports.ts";
import { picodollars } from "../../../core/money.ts";
import {
  type ShownResult,
  answering,
  batchModel,
  batchWorld,
  lineCost,
  lineOf,
  linesOf,
} from "../../support/batch-world.ts";
import { samplePrincipal } from "../../support/samples.ts";

const dayMs = 24 * 3_600_000;

const codesOf = (results: readonly ShownResult[]) =>
  results.map(({ result }) => result.refusal?.code ?? result.reason);

test("what a model is asked for is cut where the batch is cancelled: the rest is left out, and what has run is billed", async () => {
  let asked = 0;
  const world = await batchWorld(linesOf(linesPerChunk + 3), {
    invoke: async (...call) => {
      asked += 1;
      if (asked === 4) {
        await cancelBatch(world.ports)(world.batch.customer, world.batch.id, world.ports.clock.now());
        // Until then runners may not have heard of it.
        world.skip(5000);
      }
      return answering(...call);
    },
  });
  await world.drain();
  const batch = await world.current();
  const output = await world.results("output");
  const errors = await world.results("error");
  expect(batch).toMatchObject({ state: "cancelled", progress: { completed: output.length, failed: 0 } });
  expect(output.length).toBeLessThan(10);
  expect(output.length + errors.length).toBe(linesPerChunk + 3);
  expect(new Set(codesOf(errors))).toEqual(new Set(["batch_cancelled"]));
  expect(world.billed()).toHaveLength(output.length);
});

test("a batch cancelled before it was validated has not run", async () => {
  const world = await batchWorld(linesOf(2));
  const { customer, id } = world.batch;
  const cancel = () => cancelBatch(world.ports)(customer, id, world.ports.clock.now());
  expect(await cancel()).toMatchObject({ ok: true, batch: { state: "cancelling" } });
  await world.drain();
  expect(await world.current()).toMatchObject({ state: "cancelled", progress: { chunks: 0 } });
  expect(await cancel()).toMatchObject({ ok: true, batch: { state: "cancelled" } });
});

test("a batch that has ended is not cancelled", async () => {
  const world = await batchWorld(linesOf(1));
  await world.drain();
  const { customer, id } = world.batch;
  expect(await cancelBatch(world.ports)(customer, id, world.ports.clock.now())).toMatchObject({
    ok: false,
    refusal: { code: "batch_ended" },
  });
});

test("what has not run after a day is left out", async () => {
  const world = await batchWorld(linesOf(3));
  world.skip(dayMs);
  await world.drain();
  expect(await world.current()).toMatchObject({ state: "expired", progress: { completed: 0, leftOut: 3 } });
  expect(codesOf(await world.results("error"))).toEqual(["batch_expired", "batch_expired", "batch_expired"]);
  expect(world.billed()).toEqual([]);
});

test("a batch whose messages were lost ends for whoever asks for it after its day, with what it has", async () => {
  const world = await batchWorld(linesOf(linesPerChunk + 2));
  await world.drainOne();
  // The second chunk's message is gone; the first runs.
  world.queue.pop();
  await world.drain();
  world.skip(dayMs);
  const { customer, id } = world.batch;
  expect(await findBatch(world.ports)(customer, id, world.ports.clock.now())).toMatchObject({
    state: "in_progress",
  });
  await world.drain();
  expect(await world.current()).toMatchObject({
    state: "expired",
    progress: { completed: linesPerChunk, leftOut: 2 },
  });
});

test("a wallet that runs empty leaves the other lines in the error file, and nothing is lost or owed", async () => {
  // Holds are larger than costs: what three lines cost admits two or three of them.
  const world = await batchWorld(linesOf(8), { wallet: picodollars(600_000_000n) });
  await world.drain();
  const output = await world.results("output");
  const errors = await world.results("error");
  expect(output.length).toBeGreaterThan(0);
  expect(errors.length).toBeGreaterThan(0);
  expect(output.length + errors.length).toBe(8);
  expect(new Set(codesOf(errors))).toEqual(new Set(["budget_exhausted"]));
  await world.inference.closeAll();
  expect(await world.inference.wallet()).toMatchObject({ spent: BigInt(output.length) * lineCost });
});

test("once its key is revoked, the rest of a batch is refused", async () => {
  const refusal = { code: "revoked_api_key", message: "It has been revoked." } as const;
  const world = await batchWorld(linesOf(3), { caller: () => ({ ok: false, refusal }) });
  await world.drain();
  expect(codesOf(await world.results("error"))).toEqual(Array(3).fill("revoked_api_key"));
});

test("batches leave their customer's rates alone, and draw on the same purses", async () => {
  const limits = { ...samplePrincipal.limits, customerRate: { requests: 1 }, keyRate: { requests: 1 } };
  const world = await batchWorld(linesOf(5), {
    caller: () => ({ ok: true, principal: { ...samplePrincipal, limits } }),
  });
  await world.drain();
  expect(await world.current()).toMatchObject({ progress: { completed: 5 } });
});

test("an answer that took too long to store is nobody's, and costs nothing: its event might come when its lease is closed", async () => {
  let stored = 0;
  const world = await batchWorld(linesOf(1), {
    storing: () => {
      stored += 1;
      if (stored === 1) world.skip(leaseTerms.storeMsMax - decideMsMax + 1);
    },
  });
  await world.drain();
  expect(stored).toBe(2);
  expect(await world.results("output")).toHaveLength(1);
  expect(world.billed().map(({ cost }) => cost)).toEqual([picodollars(lineCost)]);
  const absorbed = world.inference.usage.events().filter((event) => event.absorbed !== undefined);
  expect(absorbed).toMatchObject([{ cost: 0n, absorbed: lineCost }]);
});

describe("a model that fails", () => {
  const failing = (times: number, reason: "overloaded" | "broken"): ModelServers["invoke"] => {
    let left = times;
    return async (...call) => (left-- > 0 ? { ok: false, failure: { reason } } : answering(...call));
  };

  test("for now is asked again later, however long that takes", async () => {
    const world = await batchWorld(linesOf(7), { invoke: failing(100, "overloaded") });
    await world.drain();
    expect(await world.current()).toMatchObject({ state: "completed", progress: { completed: 7 } });
    expect(world.billed()).toHaveLength(7);
  });

  test("to answer is asked three times", async () => {
    const twice = await batchWorld(linesOf(1), { invoke: failing(2, "broken") });
    await twice.drain();
    expect(await twice.results("output")).toHaveLength(1);
    const always = await batchWorld(linesOf(1), { invoke: failing(3, "broken") });
    await always.drain();
    expect(codesOf(await always.results("error"))).toEqual(["model_error"]);
    expect(always.billed()).toEqual([]);
  });
});

test("an input that is deleted midway ends the batch with what it has", async () => {
  const world = await batchWorld(linesOf(linesPerChunk + 2));
  await world.drainOne();
  await world.drainOne();
  world.objects.delete(`${world.file.customer}/${world.file.id}`);
  await world.drain();
  expect(await world.current()).toMatchObject({
    state: "expired",
    progress: { completed: linesPerChunk, leftOut: 2 },
  });
  expect(await world.results("output")).toHaveLength(linesPerChunk);
});

test("a model without a price for batches is not for sale to them", async () => {
  const world = await batchWorld(`${lineOf("x", { model: batchModel.name })}\n`);
  const { batchPrice: _, ...unpriced } = batchModel;
  Object.assign(world.ports.inference, {
    catalogue: { find: async () => ({ model: unpriced, versions: [] }) },
  });
  await world.drain();
  expect(codesOf(await world.results("error"))).toEqual(["model_not_priced"]);
});
