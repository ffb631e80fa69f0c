import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ArchiveRecord, ArchiveConflict, type ArchiveStore } from "../../../core/billing/archive.ts";
import { archiveAppender } from "../../../core/billing/archive-append.ts";
import { type Replayed, replayArchive } from "../../../core/billing/archive-replay.ts";
import type { UsageEvent } from "../../../core/billing/usage-event.ts";
import { batchId, parseProjectId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { readUsageEvent, writeUsageEvent } from "../../../functions/adapters/dynamodb/usage-events.ts";
import { usageArchiveCodec } from "../../../functions/adapters/s3/archive-codec.ts";
import { memoryArchive } from "../../support/memory-archive.ts";
import { present } from "../../support/present.ts";
import { sampleNow, sampleUlid } from "../../support/samples.ts";
import { numbered, sequenceNumber, usageEvent, usageEvents } from "../../support/usage-events.ts";

const shard = { region: "eu-west-1", shard: "shardId-1" };
const records = numbered([1, 2, 3, 4, 5, 6].map((serial) => usageEvent(serial)));

const replay = (store: ArchiveStore) => Array.fromAsync(replayArchive(store, usageArchiveCodec));
const recordsOf = (replayed: readonly Replayed<UsageEvent>[]) =>
  replayed.flatMap((item) => (item.kind === "record" ? item.record : []));
const brokenOf = (replayed: readonly Replayed<UsageEvent>[]) =>
  replayed.filter((item) => item.kind === "broken");

/** An archive of three objects with two records each, and their names. */
const archived = async () => {
  const store = memoryArchive();
  const append = archiveAppender(store, usageArchiveCodec);
  for (const start of [0, 2, 4]) await append(shard, records.slice(start, start + 2));
  const [first = "", second = "", third = ""] = store.objects.keys();
  return { store, append, first, second, third };
};

test("an event replays as the usage table gives it back, every field of it, to the last picodollar", async () => {
  const store = memoryArchive();
  const event: Required<UsageEvent> = {
    ...usageEvent(1),
    project: present(parseProjectId(`prj_${sampleUlid("4")}`)),
    artifactDigest: "sha256:ab",
    quantities: { inputTokens: 1, cachedInputTokens: 2, outputTokens: 3, images: 4, requests: 5 },
    hold: picodollars(2n ** 80n),
    cost: picodollars(2n ** 70n + 1n),
    absorbed: picodollars(2n ** 71n + 1n),
    outcome: "failed",
    policy: "bill-delivered",
    failure: 'quotes " and \n lines',
    batch: batchId(sampleUlid("BATCH")),
    firstByteAt: epochMs(5),
  };
  await archiveAppender(store, usageArchiveCodec)(shard, numbered([event]));
  const asStored = readUsageEvent(writeUsageEvent(event));
  expect(recordsOf(await replay(store))).toStrictEqual(numbered([asStored]));
  expect(asStored).toMatchObject({ hold: event.hold, cost: event.cost, failure: event.failure });
});

test("what could not be read as an event is kept as the stream carried it", async () => {
  const store = memoryArchive();
  const record: ArchiveRecord<UsageEvent> = {
    sequence: sequenceNumber(3),
    unreadable: { pk: { S: "lse_1" } },
  };
  await archiveAppender(store, usageArchiveCodec)(shard, [record]);
  expect(recordsOf(await replay(store))).toEqual([record]);
});

test("the same records make the same name and the same bytes", async () => {
  const [one, other] = [await archived(), await archived()];
  expect([...one.store.objects]).toEqual([...other.store.objects]);
  expect(one.first).toBe(`usage/eu-west-1/shardId-1/${sequenceNumber(1)}.jsonl.gz`);
});

test("deliveries may repeat, be cut anywhere and overlap: each record is archived once, in one unbroken chain", () =>
  fc.assert(
    fc.asyncProperty(
      usageEvents({ minLength: 1, maxLength: 20 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.boolean(),
      async (events, cuts, isRestarted) => {
        const store = memoryArchive();
        const all = numbered(events);
        let append = archiveAppender(store, usageArchiveCodec);
        let acknowledged = 0;
        for (const cut of [...cuts, events.length]) {
          const end = acknowledged + (cut % (all.length - acknowledged + 1));
          // From some way before the acknowledged record on: a stream delivers again what it is unsure of.
          await append(shard, all.slice(Math.max(0, acknowledged - (cut % 3)), end));
          acknowledged = Math.max(acknowledged, end);
          if (isRestarted) append = archiveAppender(store, usageArchiveCodec);
        }
        await append(shard, all);
        const replayed = await replay(store);
        expect(brokenOf(replayed)).toEqual([]);
        expect(recordsOf(replayed)).toEqual(all);
      },
    ),
    { numRuns: 50 },
  ));

test("of two consumers that append at once, the chain stays one", async () => {
  const store = memoryArchive();
  const consumers = [2, 6, 4].map((end) => ({ append: archiveAppender(store, usageArchiveCodec), end }));
  await Promise.all(consumers.map(({ append, end }) => append(shard, records.slice(0, end))));
  const replayed = await replay(store);
  expect(brokenOf(replayed)).toEqual([]);
  expect(recordsOf(replayed)).toEqual(records);
});

test("a lost acknowledgement is a success, not a second object", async () => {
  const { store, append } = await archived();
  const before = new Map(store.objects);
  const more = numbered([usageEvent(7)], 7);
  const lossy: ArchiveStore = {
    ...store,
    async create(name, bytes) {
      await store.create(name, bytes);
      throw new Error("the connection broke");
    },
  };
  await expect(archiveAppender(lossy, usageArchiveCodec)(shard, more)).rejects.toThrow("broke");
  await append(shard, more);
  expect(store.objects.size).toBe(before.size + 1);
  expect(recordsOf(await replay(store))).toEqual([...records, ...more]);
});

test("a record that differs from the archived one is an alarm, and overwrites nothing", async () => {
  const { store, append, third } = await archived();
  const before = new Map(store.objects);
  const forged = numbered([usageEvent(99)], 6);
  await expect(append(shard, forged)).rejects.toThrow(ArchiveConflict);
  await expect(append(shard, forged)).rejects.toMatchObject({ object: third });
  expect(new Map(store.objects)).toEqual(before);
});

test("shards have chains of their own", async () => {
  const { store, append } = await archived();
  const child = { ...shard, shard: "shardId-1-child" };
  await append(child, numbered([usageEvent(8)], 1));
  const replayed = await replay(store);
  expect(brokenOf(replayed)).toEqual([]);
  expect(replayed).toHaveLength(7);
});

describe("a broken chain is named by its first broken object", () => {
  type Tampered = Awaited<ReturnType<typeof archived>>;
  const forge = async ({ store, second }: Tampered) => {
    const other = memoryArchive();
    const append = archiveAppender(other, usageArchiveCodec);
    await append(shard, records.slice(0, 2));
    await append(shard, numbered([usageEvent(50), usageEvent(51)], 3));
    store.objects.set(second, await other.read(second));
  };
  const flip = async ({ store, second }: Tampered) => {
    const bytes = Uint8Array.from(await store.read(second));
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    store.objects.set(second, bytes);
  };
  const swap = async ({ store, second, third }: Tampered) =>
    store.objects.set(second, await store.read(third));
  const remove = async ({ store, second }: Tampered) => store.objects.delete(second);
  const removeFirst = async ({ store, first }: Tampered) => store.objects.delete(first);

  test.each<[string, (tampered: Tampered) => Promise<unknown>, "second" | "third", string]>([
    ["a bit was flipped", flip, "second", "its bytes are damaged"],
    ["an object was forged with a chain that fits", forge, "third", "that object was changed"],
    ["an object was put in another's place", swap, "second", "another name"],
    ["an object was removed", remove, "third", "one between them is missing"],
    ["the first object was removed", removeFirst, "second", "the objects before it are missing"],
  ])("%s", async (_what, tamper, where, problem) => {
    const tampered = await archived();
    await tamper(tampered);
    const broken = brokenOf(await replay(tampered.store));
    expect(broken).toEqual([
      { kind: "broken", object: tampered[where], problem: expect.stringContaining(problem) },
    ]);
  });

  test("other shards are replayed all the same", async () => {
    const tampered = await archived();
    await flip(tampered);
    const child = { ...shard, shard: "shardId-2" };
    await tampered.append(child, numbered([usageEvent(8)], 1));
    expect(recordsOf(await replay(tampered.store))).toHaveLength(3);
  });
});

describe("a replay from a moment on", () => {
  /** An archive of three objects, stored an hour apart. */
  const archivedHourly = async () => {
    let hour = 0;
    const store = memoryArchive(() => epochMs(sampleNow + hour++ * 3_600_000));
    const append = archiveAppender(store, usageArchiveCodec);
    for (const start of [0, 2, 4]) await append(shard, records.slice(start, start + 2));
    return store;
  };
  const since = epochMs(sampleNow + 3_600_000);

  test("leaves out what was stored before", async () => {
    const replayed = await Array.fromAsync(replayArchive(await archivedHourly(), usageArchiveCodec, since));
    expect(recordsOf(replayed)).toEqual(records.slice(2));
    expect(brokenOf(replayed)).toEqual([]);
  });

  test("finds that the object before it was changed", async () => {
    const store = await archivedHourly();
    const [before = "", first = ""] = store.objects.keys();
    store.objects.set(before, Uint8Array.from([1]));
    const replayed = await Array.fromAsync(replayArchive(store, usageArchiveCodec, since));
    expect(brokenOf(replayed)).toMatchObject([{ object: first }]);
  });
});
