import { describe, expect, test } from "vitest";
import type { Model } from "../../../core/catalogue/model.ts";
import { epochMs } from "../../../core/time.ts";
import { cachedCatalogue } from "../../../functions/adapters/cached-catalogue.ts";
import { sampleModel, sampleNow } from "../../support/samples.ts";

const minuteMs = 60_000;

/** A table whose answers the test gives, and a clock that it moves. */
const open = () => {
  const table = { reads: 0, models: [sampleModel] as readonly Model[], isBroken: false };
  const clock = { nowMs: Number(sampleNow) };
  const catalogue = cachedCatalogue(
    async () => {
      table.reads += 1;
      await new Promise(setImmediate);
      if (table.isBroken) throw new Error("the table cannot be read");
      return table.models;
    },
    { now: () => epochMs(clock.nowMs) },
  );
  return { table, clock, catalogue, find: async () => (await catalogue.find(sampleModel.name)).model };
};
const named = (name: string): Model => ({ ...sampleModel, name });
const newer = { ...sampleModel, version: "2" };

test("many at once share one read, and so do those of the next minute", async () => {
  const { table, clock, catalogue, find } = open();
  const found = await Promise.all(Array.from({ length: 100 }, find));
  expect(new Set(found)).toEqual(new Set([sampleModel]));
  clock.nowMs += minuteMs - 1;
  await find();
  await catalogue.list();
  expect(table.reads).toBe(1);
});

test("invented names cause no read", async () => {
  const { table, catalogue, find } = open();
  await find();
  for (const name of ["none", "__proto__", "constructor", ""])
    expect((await catalogue.find(name)).model).toBeUndefined();
  expect(table.reads).toBe(1);
});

test("after a minute a new price is in force", async () => {
  const { table, clock, find } = open();
  await find();
  table.models = [newer];
  clock.nowMs += minuteMs;
  expect(await find()).toEqual(newer);
});

test("a removed model is gone after a minute", async () => {
  const { table, clock, find } = open();
  await find();
  table.models = [];
  clock.nowMs += minuteMs;
  expect(await find()).toBeUndefined();
});

describe("when the table cannot be read", () => {
  test("what was read before serves a quarter of an hour, and no longer", async () => {
    const { table, clock, find } = open();
    await find();
    table.isBroken = true;
    clock.nowMs += 15 * minuteMs - 1;
    expect(await find()).toEqual(sampleModel);
    clock.nowMs += 1;
    await expect(find()).rejects.toThrow("cannot be read");
  });

  test("a first read fails for all who wait for it, and is tried again for the next", async () => {
    const { table, find } = open();
    table.isBroken = true;
    const waiting = await Promise.allSettled([find(), find(), find()]);
    expect(waiting.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(table.reads).toBe(1);
    table.isBroken = false;
    expect(await find()).toEqual(sampleModel);
  });

  test("it recovers as soon as the table does", async () => {
    const { table, clock, find } = open();
    await find();
    table.isBroken = true;
    clock.nowMs += minuteMs;
    await find();
    table.isBroken = false;
    table.models = [newer];
    expect(await find()).toEqual(newer);
  });
});

test.each([
  ["back", -3_600_000],
  ["far ahead", 3_600_000],
])("a clock that jumps %s causes one read, not a price from another time", async (_, jumpMs) => {
  const { table, clock, find } = open();
  await find();
  table.models = [newer];
  clock.nowMs += jumpMs;
  expect(await find()).toEqual(newer);
  await find();
  expect(table.reads).toBe(2);
});

test("the list is in the order of names", async () => {
  const { table, catalogue } = open();
  table.models = [named("c"), named("a"), named("b")];
  expect((await catalogue.list()).map(({ name }) => name)).toEqual(["a", "b", "c"]);
});
