import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKms } from "../../../local/kms/kms.ts";
import { createSqs } from "../../../local/sqs/sqs.ts";
import { fakeClock, type FakeClock } from "../events/fake-clock.ts";
import { account, fakeDeployment, fakeKey, home } from "../s3/fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "../s3/fake-front-door.ts";
import { fakeQueue, queueArn } from "./fake-queue.ts";

const endpointUrl = "http://sqs.local";
const url = (name: string): string => `${endpointUrl}/${account}/${name}`;
const keyArn = `arn:aws:kms:${home}:${account}:key/k`;

const deployment = fakeDeployment([
  fakeKey("k"),
  fakeKey("off", { Enabled: false }),
  fakeQueue("plain"),
  fakeQueue("elsewhere", {}, "us-west-2"),
  fakeQueue("secret", { KmsMasterKeyId: keyArn }),
  fakeQueue("locked", { KmsMasterKeyId: "off" }),
  fakeQueue("slow", { DelaySeconds: 5, MessageRetentionPeriod: 60, MaximumMessageSize: 1024 }),
  fakeQueue("work", {
    VisibilityTimeout: 10,
    RedrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 },
  }),
  fakeQueue("dead"),
]);

let clock: FakeClock;
let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
let sqs: SQSClient;

const open = async (): Promise<void> => {
  clock = fakeClock();
  door = await fakeFrontDoor(createSqs(deployment, { kms: createKms(deployment), endpointUrl, clock }));
  sqs = new SQSClient(clientConfig(door.url));
};
const close = async (): Promise<void> => {
  sqs.destroy();
  await door.stop();
};
beforeAll(open);
afterAll(close);
beforeEach(async () => {
  await close();
  await open();
});

const send = (queue: string, MessageBody: string, DelaySeconds?: number) =>
  sqs.send(new SendMessageCommand({ QueueUrl: url(queue), MessageBody, DelaySeconds }));
const receive = async (queue: string, options: Partial<ReceiveMessageCommandInput> = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url(queue), MaxNumberOfMessages: 10, ...options })))
    .Messages ?? [];
const bodies = async (queue: string) => (await receive(queue)).map(({ Body }) => Body);
const counts = async (queue: string) => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url(queue), AttributeNames: ["All"] }),
  );
  return (["", "NotVisible", "Delayed"] as const).map((kind) =>
    Number(Attributes?.[`ApproximateNumberOfMessages${kind}`]),
  );
};

describe("a message", () => {
  test("is received once, whole, until its visibility timeout is over, and then again", async () => {
    const { MessageId } = await send("work", "héllo\n{}");
    const [message] = await receive("work", { MessageSystemAttributeNames: ["All"] });
    expect(message).toMatchObject({
      MessageId,
      Body: "héllo\n{}",
      Attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: String(clock.now()),
        SenderId: "tester:session",
      },
    });
    await clock.advance(9_999);
    expect(await receive("work")).toEqual([]);
    await clock.advance(1);
    const [again] = await receive("work", { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(again).toMatchObject({ MessageId, Attributes: { ApproximateReceiveCount: "2" } });
  });

  test("that was deleted does not come back; an outdated receipt deletes nothing", async () => {
    await send("work", "one");
    const [first] = await receive("work");
    await clock.advance(10_000);
    const [second] = await receive("work");
    const remove = (ReceiptHandle?: string) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl: url("work"), ReceiptHandle }));
    await remove(first?.ReceiptHandle);
    expect(await counts("work")).toEqual([0, 1, 0]);
    await remove(second?.ReceiptHandle);
    await remove(second?.ReceiptHandle);
    expect(await counts("work")).toEqual([0, 0, 0]);
    await expect(remove("junk")).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
  });

  test("becomes visible when its receiver says so, and only while it is in flight", async () => {
    await send("plain", "one");
    const [message] = await receive("plain");
    const change = (VisibilityTimeout: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url("plain"),
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout,
        }),
      );
    await change(600);
    await clock.advance(599_999);
    expect(await receive("plain")).toEqual([]);
    await change(0);
    await expect(change(1)).rejects.toMatchObject({ name: "MessageNotInflight" });
    expect(await bodies("plain")).toEqual(["one"]);
  });

  test("that was received too often goes to the dead-letter queue instead", async () => {
    const { MessageId } = await send("work", "poison");
    await receive("work");
    await clock.advance(10_000);
    await receive("work");
    await clock.advance(10_000);
    expect(await receive("work")).toEqual([]);
    expect(await receive("dead")).toMatchObject([{ MessageId, Body: "poison" }]);
    expect(await counts("work")).toEqual([0, 0, 0]);
  });

  test("waits for its delay, and is gone when its retention is over", async () => {
    await send("slow", "by the queue");
    await send("slow", "by itself", 7);
    expect([await bodies("slow"), await counts("slow")]).toEqual([[], [0, 0, 2]]);
    await clock.advance(5_000);
    expect(await bodies("slow")).toEqual(["by the queue"]);
    await clock.advance(2_000);
    expect(await bodies("slow")).toEqual(["by itself"]);
    await clock.advance(53_000);
    expect(await counts("slow")).toEqual([0, 0, 0]);
  });
});

describe("a receive that waits", () => {
  test("answers as soon as a message is sent", async () => {
    const waiting = receive("plain", { WaitTimeSeconds: 20 });
    await clock.advance(1000);
    await send("plain", "at last");
    expect(await waiting).toMatchObject([{ Body: "at last" }]);
  });

  test("answers as soon as a message becomes visible again", async () => {
    await send("work", "one");
    await receive("work");
    const waiting = receive("work", { WaitTimeSeconds: 20 });
    expect(await answerAfter(10_000, waiting)).toMatchObject([{ Body: "one" }]);
  });

  test("answers with nothing when its time is over", async () => {
    const waiting = receive("plain", { WaitTimeSeconds: 3 });
    expect(await answerAfter(3000, waiting)).toEqual([]);
  });

  test("takes nothing once its caller is gone", async () => {
    const gone = new AbortController();
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl: url("plain"), WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    await clock.advance(100);
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await sleep(50);
    await send("plain", "still here");
    expect(await bodies("plain")).toEqual(["still here"]);
  });
});

describe("batches", () => {
  const entries = (...ids: readonly string[]) => ids.map((Id) => ({ Id, MessageBody: `body of ${Id}` }));
  const sendBatch = (queue: string, Entries: { Id: string; MessageBody: string }[]) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl: url(queue), Entries }));

  test("send and delete ten at once; a receipt that is none fails alone", async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `m${index}`);
    const { Successful } = await sendBatch("plain", entries(...ids));
    expect(Successful?.map(({ Id }) => Id)).toEqual(ids);
    const [first, ...others] = await receive("plain");
    const Entries = others.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url("plain"),
        Entries: [...Entries, { Id: "junk", ReceiptHandle: "junk" }],
      }),
    );
    expect(deleted.Successful).toHaveLength(9);
    expect(deleted.Failed).toMatchObject([{ Id: "junk", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
    expect(first?.Body).toBe("body of m0");
    expect(await counts("plain")).toEqual([0, 1, 0]);
  });

  test.each([
    ["none", [], "EmptyBatchRequest"],
    ["eleven", entries(..."a b c d e f g h i j k".split(" ")), "TooManyEntriesInBatchRequest"],
    ["two of one id", entries("a", "a"), "BatchEntryIdsNotDistinct"],
    [
      "too much together",
      ["a", "b"].map((Id) => ({ Id, MessageBody: "x".repeat(600) })),
      "BatchRequestTooLong",
    ],
  ])("%s is refused", async (_, given, name) => {
    await expect(sendBatch("slow", given)).rejects.toMatchObject({ name });
  });
});

describe("queues", () => {
  test("are found by name, in their region only", async () => {
    const find = (QueueName: string) => sqs.send(new GetQueueUrlCommand({ QueueName }));
    expect((await find("plain")).QueueUrl).toBe(url("plain"));
    await expect(find("elsewhere")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    await expect(send("elsewhere", "x")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });

  test("say what their templates say", async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url("work"),
        AttributeNames: ["QueueArn", "VisibilityTimeout", "RedrivePolicy", "KmsMasterKeyId"],
      }),
    );
    expect(Attributes).toEqual({
      QueueArn: queueArn("work"),
      VisibilityTimeout: "10",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 }),
    });
  });

  test.each([
    ["one that is too long", "slow", "x".repeat(1025), "InvalidParameterValue"],
    ["one with a control character", "plain", "\u0001", "InvalidMessageContents"],
    ["one for a queue whose key is disabled", "locked", "x", "KmsDisabled"],
  ])("refuse %s", async (_, queue, body, name) => {
    await expect(send(queue, body)).rejects.toMatchObject({ name });
  });

  test("an operation, or a member, that is not modelled says so by name", async () => {
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl: url("plain") }))).rejects.toMatchObject({
      message: expect.stringContaining("PurgeQueue"),
    });
    const attributes = { Kind: { DataType: "String", StringValue: "x" } };
    await expect(
      sqs.send(
        new SendMessageCommand({ QueueUrl: url("plain"), MessageBody: "x", MessageAttributes: attributes }),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining("MessageAttributes") });
  });
});

describe("permissions", () => {
  test("a queue with a key asks for the key too, to send and to receive", async () => {
    await send("secret", "x");
    const [message] = await receive("secret");
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url("secret"),
        Entries: [{ Id: "a", ReceiptHandle: message?.ReceiptHandle }],
      }),
    );
    expect(door.asked).toEqual([
      `sqs:SendMessage ${queueArn("secret")}`,
      `kms:GenerateDataKey ${keyArn}`,
      `kms:Decrypt ${keyArn}`,
      `sqs:ReceiveMessage ${queueArn("secret")}`,
      `kms:Decrypt ${keyArn}`,
      `sqs:DeleteMessage ${queueArn("secret")}`,
    ]);
  });

  test("a call that IAM refuses changes nothing", async () => {
    await send("plain", "kept");
    door.denied.add("sqs:ReceiveMessage").add("sqs:SendMessage");
    await expect(receive("plain")).rejects.toThrow("not authorized");
    await expect(send("plain", "refused")).rejects.toThrow("not authorized");
    expect(await counts("plain")).toEqual([1, 0, 0]);
  });

  test("a queue's policy is part of the question to IAM", () => {
    const Statement = [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn("plain"),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ];
    const guarded = fakeDeployment([
      fakeQueue("plain"),
      {
        type: "AWS::SQS::QueuePolicy",
        logicalId: "Policy",
        ref: "Policy",
        properties: { Queues: [url("plain")], PolicyDocument: { Statement } },
      },
    ]);
    const queue = createSqs(guarded, { kms: createKms(guarded), endpointUrl }).queue(queueArn("plain"));
    expect(queue?.settings.policy).toMatchObject({ Statement: [{ Effect: "Deny" }] });
  });
});

test.each([
  ["a FIFO queue", { FifoQueue: true }, "FifoQueue"],
  [
    "a dead-letter queue that is in no template",
    { RedrivePolicy: { deadLetterTargetArn: queueArn("nowhere"), maxReceiveCount: 1 } },
    "dead-letter queue",
  ],
  ["a key that is in no template", { KmsMasterKeyId: "alias/aws/sqs" }, "alias/aws/sqs"],
])("a template with %s does not start", (_, properties, message) => {
  const unfit = fakeDeployment([fakeQueue("q", properties)]);
  expect(() => createSqs(unfit, { kms: createKms(unfit), endpointUrl })).toThrow(message);
});

/** Moves time on until the call is answered: it may reach the queue after the first step. */
async function answerAfter<Answer>(stepMs: number, call: Promise<Answer>): Promise<Answer> {
  for (;;) {
    await clock.advance(stepMs);
    const answered = await Promise.race([call.then((answer) => ({ answer })), sleep(5, undefined)]);
    if (answered !== undefined) return answered.answer;
  }
}
