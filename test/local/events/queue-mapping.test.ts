import { expect, onTestFinished, test } from "vitest";
import { startQueueMappings } from "../../../local/events/start-queue-mappings.ts";
import { createKms } from "../../../local/kms/kms.ts";
import type { InvocationResult } from "../../../local/lambda/function-runner.ts";
import { AwsError, type AccessCheck } from "../../../local/aws-service.ts";
import type { Queue } from "../../../local/sqs/queue.ts";
import { createSqs } from "../../../local/sqs/sqs.ts";
import {
  failure,
  fakeFunction,
  fakeFunctions,
  payload,
  type FakeFunction,
} from "../api-gateway/fake-function.ts";
import { account, fakeDeployment, fakeKey, home } from "../s3/fake-deployment.ts";
import { fakeQueue, queueArn } from "../sqs/fake-queue.ts";
import { failed } from "./start-mapping.ts";
import { fakeClock, type FakeClock } from "./fake-clock.ts";

type Started = {
  readonly clock: FakeClock;
  readonly work: Queue;
  readonly dead: Queue;
  readonly stop: () => Promise<void>;
};
type Options = {
  readonly mapping?: Record<string, unknown>;
  readonly queue?: Record<string, unknown>;
  readonly before?: (work: Queue) => void;
  readonly isAllowed?: (check: AccessCheck) => boolean;
};

/** Runs one mapping of a queue (visibility 30 s, dead letters after 3 receives) to the consumer, on a clock of the test. */
function start(consumer: FakeFunction, options: Options = {}): Started {
  const clock = fakeClock();
  const deployment = fakeDeployment([
    fakeKey("k"),
    fakeQueue("work", {
      RedrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 3 },
      ...options.queue,
    }),
    fakeQueue("dead"),
    {
      type: "AWS::Lambda::EventSourceMapping",
      logicalId: "Mapping",
      ref: "Mapping",
      properties: {
        EventSourceArn: queueArn("work"),
        FunctionName: "consumer",
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ...options.mapping,
      },
    },
  ]);
  const kms = createKms(deployment);
  const sqs = createSqs(deployment, { kms, endpointUrl: "http://sqs.local", clock });
  const queueOf = (name: string): Queue => {
    const queue = sqs.queue(queueArn(name));
    if (queue === undefined) throw new Error(`no queue ${name}`);
    return queue;
  };
  options.before?.(queueOf("work"));
  const mappings = startQueueMappings(deployment, fakeFunctions(consumer), {
    findQueue: (arn) => sqs.queue(arn),
    kms,
    isAllowed: (_caller, check) => options.isAllowed?.(check) ?? true,
    log: () => undefined,
    clock,
  });
  onTestFinished(() => mappings.stop());
  return { clock, work: queueOf("work"), dead: queueOf("dead"), stop: () => mappings.stop() };
}

type QueueEvent = { Records: { messageId: string; body: string }[] };
const recordsOf = (event: Record<string, unknown>) => (event as unknown as QueueEvent).Records;
const bodiesOf = (event: Record<string, unknown>): string =>
  recordsOf(event)
    .map(({ body }) => body)
    .join(",");
const batches = (consumer: FakeFunction): readonly string[] => consumer.events.map(bodiesOf);

const consumerOf = (
  answer: (event: Record<string, unknown>) => InvocationResult | Promise<InvocationResult> = () =>
    payload(null),
): FakeFunction => fakeFunction("consumer", answer);

const sendAll = (queue: Queue, ...bodies: readonly string[]): void => {
  for (const body of bodies) queue.send(body, "tester:session");
};
const nothing = { visible: 0, inFlight: 0, delayed: 0 };

test("messages arrive in Lambda's shape, and are deleted when the function is done with them", async () => {
  const consumer = consumerOf();
  const { clock, work } = start(consumer);
  sendAll(work, "one");
  await clock.advance(0);
  expect(consumer.events).toEqual([
    {
      Records: [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: "one",
          attributes: {
            ApproximateReceiveCount: "1",
            SentTimestamp: String(clock.now()),
            SenderId: "tester:session",
            ApproximateFirstReceiveTimestamp: String(clock.now()),
          },
          messageAttributes: {},
          md5OfBody: "f97c5d29941bfb1b2fdab0874906ab82",
          eventSource: "aws:sqs",
          eventSourceARN: queueArn("work"),
          awsRegion: home,
        },
      ],
    },
  ]);
  expect(work.counts()).toEqual(nothing);
});

test("what was in the queue before the start comes in batches of the mapping's size", async () => {
  const consumer = consumerOf();
  const { clock, work } = start(consumer, {
    mapping: { BatchSize: 2 },
    before: (queue) => sendAll(queue, "1", "2", "3", "4", "5"),
  });
  await clock.advance(0);
  expect(batches(consumer)).toEqual(["1,2", "3,4", "5"]);
  expect(work.counts()).toEqual(nothing);
});

test("a batch larger than a receive is gathered within its window", async () => {
  const consumer = consumerOf();
  const { clock, work } = start(consumer, {
    mapping: {
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 2 },
    },
    before: (queue) => sendAll(queue, ...Array.from({ length: 12 }, (_, index) => String(index))),
  });
  await clock.advance(4999);
  expect(consumer.events).toEqual([]);
  await clock.advance(1);
  expect(consumer.events.flatMap((event) => recordsOf(event))).toHaveLength(12);
  expect(work.counts()).toEqual(nothing);
});

test("only the messages that the function reports come again, after their visibility timeout", async () => {
  const consumer = consumerOf((event) => {
    const bad = recordsOf(event).find(({ body }) => body === "bad");
    return bad === undefined ? payload(null) : failed(bad.messageId);
  });
  const { clock } = start(consumer, { before: (queue) => sendAll(queue, "a", "bad", "b") });
  await clock.advance(29_999);
  expect(batches(consumer)).toEqual(["a,bad,b"]);
  await clock.advance(1);
  expect(batches(consumer)).toEqual(["a,bad,b", "bad"]);
});

test.each([
  ["throws", () => failure("boom")],
  ["reports a message that it was not given", () => failed("another")],
  ["answers with something else", () => payload({ batchItemFailures: "all" })],
  [
    "is at its concurrency",
    () => {
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    },
  ],
])(
  "a function that %s gets the whole batch again, until it goes to the dead-letter queue",
  async (_, answer) => {
    const consumer = consumerOf(answer);
    const { clock, work, dead } = start(consumer, { before: (queue) => sendAll(queue, "a", "b") });
    await clock.advance(5 * 30_000);
    expect(batches(consumer)).toEqual(["a,b", "a,b", "a,b"]);
    expect(work.counts()).toEqual(nothing);
    expect(dead.receive({ messagesMax: 10 }).map(({ body }) => body)).toEqual(["a", "b"]);
  },
);

test("without ReportBatchItemFailures an answer is success, whatever it says", async () => {
  const consumer = consumerOf((event) => failed(recordsOf(event)[0]?.messageId ?? ""));
  const { clock, work } = start(consumer, {
    mapping: { FunctionResponseTypes: [] },
    before: (queue) => sendAll(queue, "a"),
  });
  await clock.advance(60_000);
  expect(consumer.events).toHaveLength(1);
  expect(work.counts()).toEqual(nothing);
});

test("no more invocations run at once than the mapping's maximum", async () => {
  const running = new Set<() => void>();
  const consumer = consumerOf(() => new Promise((resolve) => running.add(() => resolve(payload(null)))));
  const { clock, stop } = start(consumer, {
    mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
    before: (queue) => sendAll(queue, "a", "b", "c"),
  });
  await clock.advance(1000);
  expect(batches(consumer)).toEqual(["a", "b"]);
  for (const finish of running) finish();
  await clock.advance(0);
  expect(batches(consumer)).toEqual(["a", "b", "c"]);
  const stopped = stop();
  for (const finish of running) finish();
  await stopped;
});

test("stopping waits for what runs, and leaves the rest in the queue", async () => {
  const { promise: finished, resolve: finish } = Promise.withResolvers<InvocationResult>();
  const consumer = consumerOf(() => finished);
  const { clock, work, stop } = start(consumer, { before: (queue) => sendAll(queue, "a") });
  await clock.advance(0);
  let isStopped = false;
  const stopped = stop().then(() => (isStopped = true));
  sendAll(work, "b");
  await clock.advance(60_000);
  expect(isStopped).toBe(false);
  finish(payload(null));
  await stopped;
  expect(batches(consumer)).toEqual(["a"]);
  expect(work.receive({ messagesMax: 10 }).map(({ body }) => body)).toEqual(["b"]);
});

test("a disabled mapping delivers nothing", async () => {
  const consumer = consumerOf();
  const { clock } = start(consumer, {
    mapping: { Enabled: false },
    before: (queue) => sendAll(queue, "a"),
  });
  await clock.advance(60_000);
  expect(consumer.events).toEqual([]);
});

test.each([["sqs:ReceiveMessage"], ["sqs:DeleteMessage"], ["sqs:GetQueueAttributes"], ["kms:Decrypt"]])(
  "a function without %s does not start",
  (missing) => {
    const isAllowed = ({ action }: AccessCheck): boolean => action !== missing;
    const queue = { KmsMasterKeyId: `arn:aws:kms:${home}:${account}:key/k` };
    expect(() => start(consumerOf(), { queue, isAllowed })).toThrow(missing);
  },
);

test.each<[string, Options, string]>([
  [
    "a visibility timeout below the function's",
    { queue: { VisibilityTimeout: 29 } },
    "less than function timeout",
  ],
  ["a batch of more than ten without a window", { mapping: { BatchSize: 11 } }, "batching window"],
  ["a queue of no template", { mapping: { EventSourceArn: queueArn("other") } }, "is in no template"],
  ["filters", { mapping: { FilterCriteria: { Filters: [] } } }, "FilterCriteria"],
])("a mapping with %s does not start", (_, options, message) => {
  expect(() => start(consumerOf(), options)).toThrow(message);
});
