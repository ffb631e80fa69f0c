import { describe, expect, test } from "vitest";
import type { Counters } from "../../../core/billing/counters.ts";
import { hourMs } from "../../../core/billing/counters-key.ts";
import { wholeHour } from "../../../core/billing/counters-tally.ts";
import { archiveAppender } from "../../../core/billing/archive-append.ts";
import { replayArchive } from "../../../core/billing/archive-replay.ts";
import { epochMs } from "../../../core/time.ts";
import { writeUsageEvent } from "../../../functions/adapters/dynamodb/usage-events.ts";
import { usageArchiveCodec } from "../../../functions/adapters/s3/archive-codec.ts";
import { type RollUpPorts, rollUp } from "../../../functions/roll-up/roll-up.ts";
import { parseStreamEvent } from "../../../functions/stream/stream-event.ts";
import { usageRecords } from "../../../functions/roll-up/usage-records.ts";
import { memoryArchive } from "../../support/memory-archive.ts";
import { memoryCounters } from "../../support/memory-counters.ts";
import { sampleNow } from "../../support/samples.ts";
import { numbered, sequenceNumber, usageEvent } from "../../support/usage-events.ts";

const shard = { region: "eu-west-1", shard: "shardId-1" };
const records = numbered([usageEvent(1), usageEvent(2)], 10);

const world = (faults: Partial<RollUpPorts> = {}) => {
  const counters = memoryCounters();
  const store = memoryArchive();
  const ports: RollUpPorts = {
    counters,
    append: archiveAppender(store, usageArchiveCodec),
    clock: { now: () => sampleNow },
    ...faults,
  };
  return {
    ports,
    counted: async () => {
      const { customer } = usageEvent(1);
      const listed = await Array.fromAsync(counters.list(customer, sampleNow, epochMs(sampleNow + hourMs)));
      return listed.reduce((sum, { tally }) => sum + wholeHour(tally).events, 0);
    },
    archived: async () => (await Array.fromAsync(replayArchive(store, usageArchiveCodec))).length,
  };
};

describe("rolling up", () => {
  test("a batch that is delivered twice is archived and counted once", async () => {
    const { ports, counted, archived } = world();
    for (let delivery = 0; delivery < 2; delivery++)
      expect(await rollUp(ports, shard, records)).toEqual({ causes: [] });
    expect([await counted(), await archived()]).toEqual([2, 2]);
  });

  test("while the archive is away events are counted, and delivered again from the first one", async () => {
    const append = () => Promise.reject(new Error("S3 is away"));
    const { ports, counted } = world({ append });
    expect(await rollUp(ports, shard, records)).toMatchObject({ resumeAt: sequenceNumber(10) });
    expect(await counted()).toBe(2);
  });

  test("while the counters are away events are archived, and delivered again", async () => {
    const add: Counters["add"] = () => Promise.reject(new Error("DynamoDB is away"));
    const { ports, archived } = world({ counters: { add } });
    expect(await rollUp(ports, shard, records)).toMatchObject({ resumeAt: sequenceNumber(10) });
    expect(await archived()).toBe(2);
  });

  test("a record that is no event is archived and holds nothing up", async () => {
    const { ports, counted, archived } = world();
    const broken = { sequence: sequenceNumber(11), unreadable: { pk: { S: "lse" } } };
    const [first, second] = numbered([usageEvent(1), usageEvent(2)], 10);
    if (!first || !second) throw new Error("two records are made");
    const later = { ...second, sequence: sequenceNumber(12) };
    expect(await rollUp(ports, shard, [first, broken, later])).toEqual({ causes: [] });
    expect([await counted(), await archived()]).toEqual([2, 3]);
  });
});

const streamed = (eventName: string, event = usageEvent(1), said: object = {}) => {
  const item = writeUsageEvent(event);
  return {
    eventName,
    awsRegion: "eu-west-1",
    eventID: "1",
    dynamodb: {
      SequenceNumber: "100000000000000000000000007",
      SizeBytes: 1,
      ApproximateCreationDateTime: sampleNow / 1000,
      Keys: { pk: item["pk"], sk: item["sk"] },
      NewImage: item,
      ...said,
    },
  };
};
const read = (...delivered: readonly object[]) =>
  usageRecords(parseStreamEvent({ shardId: "s", Records: delivered }).Records);

describe("reading a stream", () => {
  test("an inserted event reads as it was written", () =>
    expect(read(streamed("INSERT"))).toStrictEqual([
      { sequence: sequenceNumber(100000000000000000000000007n), event: usageEvent(1) },
    ]));

  test("changes, removals and items under other keys are not events", () => {
    const other = { Keys: { pk: { S: usageEvent(1).lease }, sk: { S: "PROGRESS#1" } } };
    expect(read(streamed("MODIFY"), streamed("REMOVE"), streamed("INSERT", usageEvent(1), other))).toEqual(
      [],
    );
  });

  test("an event that cannot be read is kept as it came", () => {
    const { cost: _, ...image } = writeUsageEvent(usageEvent(1));
    expect(read(streamed("INSERT", usageEvent(1), { NewImage: image }))).toEqual([
      { sequence: sequenceNumber(100000000000000000000000007n), unreadable: image },
    ]);
  });

  test("a mapping without a tumbling window is refused by name: its batches do not tell their shard", () =>
    expect(() => parseStreamEvent({ Records: [] })).toThrow("tumbling window"));

  test("a sequence number that is none is refused: nothing could be said of its order", () =>
    expect(() => read(streamed("INSERT", usageEvent(1), { SequenceNumber: "-1" }))).toThrow("malformed"));
});
