import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { InvocationResult } from "../../../local/lambda/function-runner.ts";
import { failure, fakeFunction, payload, type FakeFunction } from "../api-gateway/fake-function.ts";
import { fakeStream, type FakeStream } from "./fake-stream.ts";
import { batches, sequences, startMapping, streamArn, streamOf } from "./start-mapping.ts";

/** Noon, when the fake clock starts and a minute's window begins. */
const noon = Date.UTC(2026, 10, 23, 12);
const minute = { TumblingWindowInSeconds: 60 };

type Call = { readonly batch: string; readonly isFinal: unknown; readonly state: unknown };

const callOf = (event: Record<string, unknown>): Call => ({
  batch: sequences(event),
  isFinal: event["isFinalInvokeForWindow"],
  state: event["state"],
});
const calls = (consumer: FakeFunction): readonly Call[] => consumer.events.map(callOf);

/** A consumer whose state is the batches it has seen in the window, unless `answer` says something else. */
const remembering = (answer: (call: Call) => InvocationResult | undefined = () => undefined): FakeFunction =>
  fakeFunction("consumer", (event) => {
    const call = callOf(event);
    const { seen = [] } = event["state"] as { readonly seen?: readonly string[] };
    return answer(call) ?? payload({ state: { seen: [...seen, call.batch] } });
  });

const streamAt = (...secondsPastNoon: readonly number[]): FakeStream => {
  const stream = fakeStream();
  for (const seconds of secondsPastNoon) stream.put(`item-${seconds}`, { atMs: noon + seconds * 1000 });
  return stream;
};

test("a call says its window, its shard and its stream, and gets the state that the one before it answered", async () => {
  const consumer = remembering();
  const { clock } = await startMapping(streamOf(3), consumer, { ...minute, BatchSize: 2 });
  await clock.advance(1000);
  expect(calls(consumer)).toEqual([
    { batch: "1,2", isFinal: false, state: {} },
    { batch: "3", isFinal: false, state: { seen: ["1,2"] } },
  ]);
  expect(consumer.events[1]).toMatchObject({
    window: { start: "2026-11-23T12:00:00Z", end: "2026-11-23T12:01:00Z" },
    shardId: "shard-1",
    eventSourceARN: streamArn,
    isWindowTerminatedEarly: false,
  });
});

test("a call's records are of one window, and the next window starts without state after a last call of the first", async () => {
  const consumer = remembering();
  const { clock } = await startMapping(streamAt(0, 59, 60, 61), consumer, minute);
  await clock.advance(2000);
  expect(calls(consumer)).toEqual([
    { batch: "1,2", isFinal: false, state: {} },
    { batch: "", isFinal: true, state: { seen: ["1,2"] } },
    { batch: "3,4", isFinal: false, state: {} },
  ]);
});

test("a window without successor ends two minutes after its end", async () => {
  const consumer = remembering();
  const { clock } = await startMapping(streamOf(1), consumer, minute);
  await clock.advance(179_000);
  expect(calls(consumer).map(({ isFinal }) => isFinal)).toEqual([false]);
  await clock.advance(2000);
  expect(calls(consumer).map(({ isFinal }) => isFinal)).toEqual([false, true]);
  await clock.advance(600_000);
  expect(consumer.events).toHaveLength(2);
});

test("a shard's end ends its window, and its child starts another", async () => {
  const stream = streamOf(1);
  stream.split("shard-1", "shard-2");
  stream.put("x", { shard: "shard-2" });
  const consumer = remembering();
  const { clock } = await startMapping(stream, consumer, minute);
  await clock.advance(10_000);
  expect(consumer.events.map((event) => [event["shardId"], sequences(event)])).toEqual([
    ["shard-1", "1"],
    ["shard-1", ""],
    ["shard-2", "2"],
  ]);
});

test("an answer without state is a failed call", async () => {
  const answers = [payload(null), payload({ batchItemFailures: [] }), payload({ state: "text" })];
  const consumer = remembering(() => answers.shift());
  const { clock } = await startMapping(streamOf(1), consumer, {
    ...minute,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  await clock.advance(10_000);
  expect(batches(consumer)).toEqual(["1", "1", "1", "1"]);
});

test("after a partial failure the rest comes with the state that was answered", async () => {
  const failures = [{ itemIdentifier: "2" }];
  const answers = [payload({ state: { seen: ["first"] }, batchItemFailures: failures })];
  const consumer = remembering(() => answers.shift());
  const { clock } = await startMapping(streamOf(2), consumer, {
    ...minute,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  await clock.advance(1000);
  expect(calls(consumer)).toEqual([
    { batch: "1,2", isFinal: false, state: {} },
    { batch: "2", isFinal: false, state: { seen: ["first"] } },
  ]);
});

test("while the last call fails, nothing of the next window is delivered", async () => {
  let isBroken = true;
  const consumer = remembering(({ isFinal }) => (isFinal && isBroken ? failure("boom") : undefined));
  const { clock } = await startMapping(streamAt(0, 60), consumer, { ...minute, MaximumRetryAttempts: 0 });
  await clock.advance(30_000);
  expect(new Set(batches(consumer))).toEqual(new Set(["1", ""]));
  isBroken = false;
  await clock.advance(10_000);
  expect(batches(consumer).at(-1)).toBe("2");
});

test("after a restart an open window is repeated from its beginning, a closed one is not", async () => {
  const checkpointDir = await mkdtemp(join(tmpdir(), "checkpoints-"));
  onTestFinished(() => rm(checkpointDir, { recursive: true }));
  const stream = streamAt(0, 60, 61);
  const first = await startMapping(stream, remembering(), { ...minute, BatchSize: 1 }, { checkpointDir });
  await first.clock.advance(2000);
  await first.mappings.stop();

  const consumer = remembering();
  const second = await startMapping(stream, consumer, { ...minute, BatchSize: 1 }, { checkpointDir });
  await second.clock.advance(2000);
  expect(calls(consumer)).toEqual([
    { batch: "2", isFinal: false, state: {} },
    { batch: "3", isFinal: false, state: { seen: ["2"] } },
  ]);
});

test("a state of more than a megabyte stops the mapping, with a notice", async () => {
  const consumer = remembering(() => payload({ state: { all: "x".repeat(1024 * 1024) } }));
  const { clock, log } = await startMapping(streamOf(1), consumer, minute);
  await clock.advance(1000);
  expect(log).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining("state is larger than 1048576 bytes") }),
  );
});

test("a parallelization factor above 1 is refused, as by Lambda", async () => {
  const starting = startMapping(streamOf(0), remembering(), { ...minute, ParallelizationFactor: 2 });
  await expect(starting).rejects.toThrow("parallelization factor above 1");
});
