import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { replayArchive } from "../../../core/billing/archive-replay.ts";
import { hourMs } from "../../../core/billing/counters-key.ts";
import { wholeHour } from "../../../core/billing/counters-tally.ts";
import type { UsageEvent } from "../../../core/billing/usage-event.ts";
import { epochMs } from "../../../core/time.ts";
import type { handler as Handler } from "../../../functions/roll-up/handler.ts";
import { dynamoDbCounters } from "../../../functions/adapters/dynamodb/counters.ts";
import { writeUsageEvent } from "../../../functions/adapters/dynamodb/usage-events.ts";
import { s3Archive } from "../../../functions/adapters/s3/archive.ts";
import { usageArchiveCodec } from "../../../functions/adapters/s3/archive-codec.ts";
import { createKms } from "../../../local/kms/kms.ts";
import { createS3 } from "../../../local/s3/s3.ts";
import { fakeBucket, fakeDeployment } from "../../local/s3/fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "../../local/s3/fake-front-door.ts";
import { type TestDatabase, startTestDatabase } from "../../support/dynoxide.ts";
import { sampleNow } from "../../support/samples.ts";
import { usageEvent } from "../../support/usage-events.ts";

let database: TestDatabase;
let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
let handler: typeof Handler;
const lines: string[] = [];

beforeAll(async () => {
  database = await startTestDatabase();
  await database.createTable("accounts");
  const deployment = fakeDeployment([fakeBucket("archive", { ObjectLockEnabled: true })]);
  door = await fakeFrontDoor(createS3(deployment, { kms: createKms(deployment) }));
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", database.url.href);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", door.url);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("FAREBOX_ACCOUNTS_TABLE", "accounts");
  vi.stubEnv("FAREBOX_ARCHIVE_BUCKET", "archive");
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  ({ handler } = await import("../../../functions/roll-up/handler.ts"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all([database.stop(), door.stop()]);
});

const record = (sequence: number, event: UsageEvent) => {
  const image = writeUsageEvent(event);
  return {
    eventName: "INSERT",
    awsRegion: "eu-west-1",
    dynamodb: {
      SequenceNumber: `00${sequence}`,
      ApproximateCreationDateTime: sampleNow / 1000,
      Keys: { pk: image["pk"], sk: image["sk"] },
      NewImage: image,
    },
  };
};
const records = [record(1, usageEvent(1)), record(2, usageEvent(2, { failure: "CANARY" }))];

const state = async () => {
  const counters = dynamoDbCounters(database.dynamoDb, "accounts");
  const { customer } = usageEvent(1);
  const client = new S3Client({ ...clientConfig(door.url), forcePathStyle: true });
  let counted = 0;
  for await (const { tally } of counters.list(customer, sampleNow, epochMs(sampleNow + hourMs)))
    counted += wholeHour(tally).events;
  let archived = 0;
  for await (const { kind } of replayArchive(s3Archive(client, "archive"), usageArchiveCodec)) {
    expect(kind).toBe("record");
    archived += 1;
  }
  client.destroy();
  return { counted, archived };
};

test("while the archive refuses, the batch is reported from its first record, by the stream's own number", async () => {
  door.denied.add("s3:PutObject");
  expect(await handler({ shardId: "shard-1", Records: records })).toEqual({
    batchItemFailures: [{ itemIdentifier: "001" }],
    state: {},
  });
  door.denied.clear();
  expect(await state()).toEqual({ counted: 2, archived: 0 });
  expect(lines.join("")).toContain("roll_up_failed");
});

test("delivered again, and again, each event is archived and counted once", async () => {
  for (let delivery = 0; delivery < 2; delivery++)
    expect(await handler({ shardId: "shard-1", Records: records })).toEqual({
      batchItemFailures: [],
      state: {},
    });
  expect(await state()).toEqual({ counted: 2, archived: 2 });
});

test("the last call of a window has nothing in it and is answered", async () =>
  expect(await handler({ shardId: "shard-1", Records: [] })).toEqual({ batchItemFailures: [], state: {} }));

test("an event that cannot be read raises an alarm, holds nothing up, and is not in the log", async () => {
  const odd = record(3, usageEvent(3, { model: "CANARY" }));
  const broken = {
    ...odd,
    dynamodb: { ...odd.dynamodb, NewImage: { ...odd.dynamodb.NewImage, cost: { S: "CANARY" } } },
  };
  const answer = await handler({ shardId: "shard-1", Records: [broken, record(4, usageEvent(4))] });
  expect(answer.batchItemFailures).toEqual([]);
  expect(await state()).toEqual({ counted: 3, archived: 4 });
  expect(lines.join("")).toContain("usage_event_unreadable");
});

test("nothing of an event but numbers and ids is ever logged", () => {
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.join("")).not.toContain("CANARY");
});
