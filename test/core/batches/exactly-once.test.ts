import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BatchTask } from "../../../core/batches/ports.ts";
import { linesPerChunk } from "../../../core/batches/chunk.ts";
import { batchModel, batchWorld, lineCost, linesOf } from "../../support/batch-world.ts";

/** Every line has one result, every answer one bill at the batch's price, and nothing else is billed. */
const expectExactlyOnce = async (
  world: Awaited<ReturnType<typeof batchWorld>>,
  lines: number,
): Promise<void> => {
  const batch = await world.current();
  expect(batch).toMatchObject({
    state: "completed",
    size: { lines },
    progress: { completed: lines, failed: 0, leftOut: 0 },
  });
  const output = await world.results("output");
  expect(output.map(({ customId }) => customId)).toEqual(
    Array.from({ length: lines }, (_, index) => `line-${index}`),
  );
  const billed = world.billed();
  expect(billed.map(({ request }) => String(request)).toSorted()).toEqual(
    output.map(({ result }) => String(result.request)).toSorted(),
  );
  for (const event of billed)
    expect(event).toMatchObject({ batch: batch.id, price: batchModel.batchPrice?.id, cost: lineCost });
  await world.inference.closeAll();
  expect(await world.inference.wallet()).toMatchObject({ spent: BigInt(lines) * lineCost, grants: {} });
};

describe("every line is answered once and billed once", () => {
  test("where nothing dies", async () => {
    const world = await batchWorld(linesOf(2 * linesPerChunk + 1));
    await world.drain();
    await expectExactlyOnce(world, 2 * linesPerChunk + 1);
    const { results } = await world.current();
    // What the results were made of is gone; input and output are left.
    expect([...world.objects.keys()].toSorted()).toEqual(
      [world.file.id, results?.output].map((id) => `${world.batch.customer}/${id}`).toSorted(),
    );
  });

  test("wherever a process dies, before or after any call of anything", async () => {
    const counting = await batchWorld(linesOf(3));
    const { calls } = await counting.drain();
    expect(calls).toBeGreaterThan(30);
    for (let call = 1; call <= calls; call++)
      for (const moment of ["before", "after"] as const)
        for (const chunkAfterPlan of [true, false]) {
          const world = await batchWorld(linesOf(3));
          if (chunkAfterPlan) await world.drainOne();
          await world.drain([{ call, moment }]);
          await expectExactlyOnce(world, 3);
        }
  });

  test("however many die one after the other, with every message delivered twice at once", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ call: fc.integer({ min: 1, max: 60 }), moment: fc.constantFrom("before", "after") }),
          {
            maxLength: 12,
          },
        ),
        fc.constantFrom(1, 2, 3),
        async (faults, copies) => {
          const world = await batchWorld(linesOf(7));
          await world.drain(faults, { copies });
          await expectExactlyOnce(world, 7);
        },
      ),
      { numRuns: 150 },
    ));

  test("also when a message comes again after the end", async () => {
    const world = await batchWorld(linesOf(2));
    const again: BatchTask[] = [...world.queue];
    await world.drainOne();
    again.push(...world.queue);
    await world.drain();
    world.queue.push(...again);
    await world.drain();
    await expectExactlyOnce(world, 2);
  });
});
