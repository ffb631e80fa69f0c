import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { InvocationResult } from "../../../local/lambda/function-runner.ts";
import { failure, fakeFunction, payload } from "../api-gateway/fake-function.ts";
import { fakeStream } from "./fake-stream.ts";
import {
  batches,
  consumerOf,
  failed,
  recordsOf,
  startMapping,
  streamArn,
  streamOf,
} from "./start-mapping.ts";

test("records arrive in order, in batches of the mapping's size, as DynamoDB stream events", async () => {
  const consumer = consumerOf();
  const { clock } = await startMapping(streamOf(5), consumer, { BatchSize: 2 });
  await clock.advance(1000);
  expect(batches(consumer)).toEqual(["1,2", "3,4", "5"]);
  expect(consumer.events[0]).toMatchObject({
    Records: [
      {
        eventName: "INSERT",
        eventSource: "aws:dynamodb",
        eventVersion: "1.1",
        eventSourceARN: streamArn,
        dynamodb: { ApproximateCreationDateTime: Date.UTC(2026, 10, 23, 12) / 1000 },
      },
      {},
    ],
  });
});

test("LATEST skips what was there, and nothing that comes after the start", async () => {
  const stream = streamOf(2);
  const consumer = consumerOf();
  const { clock } = await startMapping(stream, consumer, { StartingPosition: "LATEST" });
  stream.put("new");
  await clock.advance(1000);
  expect(batches(consumer)).toEqual(["3"]);
});

test("a batch that is not full waits for the window, a full one does not", async () => {
  const stream = streamOf(1);
  const consumer = consumerOf();
  const { clock } = await startMapping(stream, consumer, {
    BatchSize: 2,
    MaximumBatchingWindowInSeconds: 10,
  });
  await clock.advance(9000);
  expect(batches(consumer)).toEqual([]);
  await clock.advance(1500);
  expect(batches(consumer)).toEqual(["1"]);
  stream.put("a");
  stream.put("b");
  await clock.advance(500);
  expect(batches(consumer)).toEqual(["1", "2,3"]);
});

test("only records that a filter accepts reach the function", async () => {
  const stream = fakeStream();
  stream.put("a", { eventName: "MODIFY" });
  stream.put("b");
  stream.put("c", { eventName: "REMOVE" });
  const consumer = consumerOf();
  const Filters = [{ Pattern: '{"eventName":["INSERT"]}' }];
  const { clock } = await startMapping(stream, consumer, { FilterCriteria: { Filters } });
  await clock.advance(1000);
  expect(batches(consumer)).toEqual(["2"]);
});

test("a failed batch comes again, and holds up what is behind it", async () => {
  let attempts = 0;
  const consumer = consumerOf(() => {
    attempts += 1;
    return attempts < 3 ? failure("boom") : payload(null);
  });
  const { clock } = await startMapping(streamOf(2), consumer, { BatchSize: 1 });
  await clock.advance(10_000);
  expect(batches(consumer)).toEqual(["1", "1", "1", "2"]);
});

test("after its retries a batch is discarded, with a notice, and the next one is delivered", async () => {
  const consumer = consumerOf((batch) => (batch.startsWith("1") ? failure("boom") : payload(null)));
  const { clock, log } = await startMapping(streamOf(3), consumer, { BatchSize: 2, MaximumRetryAttempts: 1 });
  await clock.advance(10_000);
  expect(batches(consumer)).toEqual(["1,2", "1,2", "3"]);
  expect(log).toContainEqual({
    kind: "notice",
    message: "Stack-Mapping: discarded 2 records (retries exhausted), sequence numbers 1 to 2",
  });
});

test("halving isolates one bad record and consumes no retry", async () => {
  const consumer = consumerOf((batch) => (batch.split(",").includes("3") ? failure("boom") : payload(null)));
  const { clock, log } = await startMapping(streamOf(4), consumer, {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
  });
  await clock.advance(10_000);
  expect(batches(consumer)).toEqual(["1,2,3,4", "1,2", "3,4", "3", "3", "4"]);
  expect(log).toHaveLength(1);
});

test("a partial failure comes again from the lowest failed record", async () => {
  const reports = [failed("4", "3"), payload({ batchItemFailures: [] })];
  const consumer = consumerOf(() => reports.shift() ?? payload(null));
  const { clock } = await startMapping(streamOf(4), consumer, {
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  await clock.advance(10_000);
  expect(batches(consumer)).toEqual(["1,2,3,4", "3,4"]);
});

test.each([
  ["an unknown sequence number", failed("99")],
  ["an empty identifier", failed("")],
  ["a misspelt key", payload({ batchItemFailures: [{ id: "1" }] })],
])("a report with %s fails the whole batch", async (_, report) => {
  const reports = [report];
  const consumer = consumerOf(() => reports.shift() ?? payload(null));
  const { clock } = await startMapping(streamOf(2), consumer, {
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  await clock.advance(10_000);
  expect(batches(consumer)).toEqual(["1,2", "1,2"]);
});

test("a record that is too old is discarded unseen", async () => {
  const stream = fakeStream();
  stream.put("old", { atMs: Date.UTC(2026, 10, 23, 11) });
  stream.put("new");
  const consumer = consumerOf();
  const { clock, log } = await startMapping(stream, consumer, { MaximumRecordAgeInSeconds: 60 });
  await clock.advance(1000);
  expect(batches(consumer)).toEqual(["2"]);
  expect(log).toContainEqual(expect.objectContaining({ message: expect.stringContaining("too old") }));
});

test("with a parallelization factor an item's records stay in order, and other items do not wait for it", async () => {
  const stream = fakeStream();
  for (let round = 0; round < 3; round += 1) {
    for (const pk of ["a", "b", "c", "d", "e", "f"]) stream.put(pk);
  }
  const release = Promise.withResolvers<InvocationResult>();
  const seen = new Map<string, number[]>();
  const consumer = fakeFunction("consumer", (event) => {
    let answer: InvocationResult | Promise<InvocationResult> = payload(null);
    for (const { dynamodb } of recordsOf(event)) {
      const key = dynamodb.Keys.pk.S;
      seen.set(key, [...(seen.get(key) ?? []), Number(dynamodb.SequenceNumber)]);
      if (key === "a") answer = release.promise;
    }
    return answer;
  });
  const { clock } = await startMapping(stream, consumer, { BatchSize: 3, ParallelizationFactor: 10 });
  await clock.advance(1000);
  const finishedWithoutA = [...seen].filter(([, numbers]) => numbers.length === 3).length;
  expect(finishedWithoutA).toBeGreaterThan(0);
  release.resolve(payload(null));
  await clock.advance(1000);
  expect([...seen.values()].every((numbers) => numbers.length === 3)).toBe(true);
  for (const numbers of seen.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});

test("a restart continues after the last delivered record", async () => {
  const checkpointDir = await mkdtemp(join(tmpdir(), "checkpoints-"));
  onTestFinished(() => rm(checkpointDir, { recursive: true }));
  const stream = streamOf(2);
  const first = await startMapping(stream, consumerOf(), {}, { checkpointDir });
  await first.clock.advance(1000);
  await first.mappings.stop();
  expect(await readdir(checkpointDir)).toEqual(["Stack-Mapping.json"]);
  expect(JSON.parse(await readFile(join(checkpointDir, "Stack-Mapping.json"), "utf8"))).toEqual({
    "shard-1": "2",
  });

  stream.put("later");
  const consumer = consumerOf();
  const second = await startMapping(stream, consumer, {}, { checkpointDir });
  await second.clock.advance(1000);
  expect(batches(consumer)).toEqual(["3"]);
});

test("what was not delivered before a stop is delivered after the restart", async () => {
  const checkpointDir = await mkdtemp(join(tmpdir(), "checkpoints-"));
  onTestFinished(() => rm(checkpointDir, { recursive: true }));
  const stream = streamOf(1);
  const first = await startMapping(
    stream,
    consumerOf(() => failure("boom")),
    {},
    { checkpointDir },
  );
  await first.clock.advance(1000);
  await first.mappings.stop();
  const consumer = consumerOf();
  const second = await startMapping(stream, consumer, {}, { checkpointDir });
  await second.clock.advance(1000);
  expect(batches(consumer)).toEqual(["1"]);
});

test("a record that waits for its batch is not checkpointed", async () => {
  const checkpointDir = await mkdtemp(join(tmpdir(), "checkpoints-"));
  onTestFinished(() => rm(checkpointDir, { recursive: true }));
  const stream = streamOf(1);
  const properties = { BatchSize: 2, MaximumBatchingWindowInSeconds: 10 };
  const first = await startMapping(stream, consumerOf(), properties, { checkpointDir });
  await first.clock.advance(1000);
  await first.mappings.stop();
  const consumer = consumerOf();
  const second = await startMapping(stream, consumer, properties, { checkpointDir });
  await second.clock.advance(11_000);
  expect(batches(consumer)).toEqual(["1"]);
});

test("a child shard is read after its parent's end", async () => {
  const stream = streamOf(1);
  stream.split("shard-1", "shard-2");
  stream.put("x", { shard: "shard-2" });
  const consumer = consumerOf();
  const { clock } = await startMapping(stream, consumer);
  await clock.advance(10_000);
  expect(batches(consumer)).toEqual(["1", "2"]);
});

test.each(["ExpiredIteratorException", "InternalServerError"])(
  "%s from the stream loses no record",
  async (name) => {
    const stream = streamOf(1);
    const consumer = consumerOf();
    const { clock, log } = await startMapping(stream, consumer);
    await clock.advance(500);
    stream.failOnce(Object.assign(new Error("unlucky"), { name }));
    stream.put("next");
    await clock.advance(1000);
    expect(batches(consumer)).toEqual(["1", "2"]);
    expect(log).toHaveLength(1);
  },
);

test("a function whose role may not read the stream stops the start, naming what is missing", async () => {
  const starting = startMapping(
    streamOf(1),
    consumerOf(),
    {},
    {
      isAllowed: (_caller, { action, resource }) => resource === streamArn && !action.endsWith("GetRecords"),
    },
  );
  await expect(starting).rejects.toThrow("can perform GetRecords on it");
});

test.each([
  ["DestinationConfig", { DestinationConfig: { OnFailure: {} } }],
  ["StartingPosition", { StartingPosition: "AT_TIMESTAMP" }],
  ["only DynamoDB streams", { EventSourceArn: "arn:aws:kinesis:eu-west-1:111111111111:queue" }],
  ["TumblingWindowInSeconds", { TumblingWindowInSeconds: 901 }],
])("an unmodelled %s is refused", async (named, properties) => {
  await expect(startMapping(streamOf(0), consumerOf(), properties)).rejects.toThrow(named);
});
