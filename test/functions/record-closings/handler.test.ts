import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { replayArchive } from "../../../core/billing/archive-replay.ts";
import { walletPurse } from "../../../core/admission/purse.ts";
import { customerId, leaseId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { writeClosed } from "../../../functions/adapters/dynamodb/closed-leases.ts";
import { itemKey, writeItem } from "../../../functions/adapters/dynamodb/item.ts";
import { s3Archive } from "../../../functions/adapters/s3/archive.ts";
import { closingsArchiveCodec } from "../../../functions/adapters/s3/archive-codec.ts";
import type { handler as Handler } from "../../../functions/record-closings/handler.ts";
import { createKms } from "../../../local/kms/kms.ts";
import { createS3 } from "../../../local/s3/s3.ts";
import { fakeBucket, fakeDeployment } from "../../local/s3/fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "../../local/s3/fake-front-door.ts";
import { sampleNow, sampleUlid } from "../../support/samples.ts";

let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
let client: S3Client;
let handler: typeof Handler;
const lines: string[] = [];

beforeAll(async () => {
  const deployment = fakeDeployment([fakeBucket("archive", { ObjectLockEnabled: true })]);
  door = await fakeFrontDoor(createS3(deployment, { kms: createKms(deployment) }));
  client = new S3Client({ ...clientConfig(door.url), forcePathStyle: true });
  vi.stubEnv("AWS_ENDPOINT_URL_S3", door.url);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("FAREBOX_ARCHIVE_BUCKET", "archive");
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  ({ handler } = await import("../../../functions/record-closings/handler.ts"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  client.destroy();
  await door.stop();
});

const customer = customerId(sampleUlid("C1"));
const lease = leaseId(sampleUlid("E1"));
const key = itemKey(walletPurse(customer).id, "CELL#eu-west-1#0");

const image = (spent: bigint, isOpen: boolean, closed?: string) => ({
  ...key,
  ...writeItem({
    funded: 100n,
    available: 100n - spent,
    spent,
    grants: isOpen ? { [lease]: { amount: 10n, expiresAt: BigInt(sampleNow) } } : {},
    closed,
  }),
});

const record = (sequence: number, closed: string | undefined) => ({
  eventName: "MODIFY",
  awsRegion: "eu-west-1",
  dynamodb: {
    SequenceNumber: `00${sequence}`,
    ApproximateCreationDateTime: sampleNow / 1000,
    Keys: key,
    OldImage: image(5n, true),
    NewImage: image(8n, false, closed),
  },
});
const closing = record(1, writeClosed([{ lease, amount: picodollars(10n), spent: picodollars(3n) }]));

const archived = () => Array.fromAsync(replayArchive(s3Archive(client, "archive"), closingsArchiveCodec));

test("while the archive refuses, the batch is reported from its first record", async () => {
  door.denied.add("s3:PutObject");
  expect(await handler({ shardId: "shard-1", Records: [closing] })).toEqual({
    batchItemFailures: [{ itemIdentifier: "001" }],
    state: {},
  });
  door.denied.clear();
  expect(lines.join("")).toContain("closings_not_recorded");
});

test("delivered again, and again, what a lease took is archived once", async () => {
  for (let delivery = 0; delivery < 2; delivery++)
    expect(await handler({ shardId: "shard-1", Records: [closing] })).toMatchObject({
      batchItemFailures: [],
    });
  expect(await archived()).toMatchObject([
    {
      kind: "record",
      record: {
        event: {
          customer,
          cell: `wallet:${customer}#eu-west-1#0`,
          closedAt: sampleNow,
          spentBefore: 5n,
          spentAfter: 8n,
          leases: [{ lease, spent: 3n, expired: false }],
        },
      },
    },
  ]);
});

test("a change that does not say what its lease took is kept as it came, and raises an alarm", async () => {
  expect(await handler({ shardId: "shard-1", Records: [record(2, undefined)] })).toMatchObject({
    batchItemFailures: [],
  });
  expect((await archived()).at(-1)).toMatchObject({
    record: { unreadable: { after: { spent: { N: "8" } } } },
  });
  expect(lines.join("")).toContain("closing_unreadable");
});

test("the last call of a window has nothing in it and is answered", async () =>
  expect(await handler({ shardId: "shard-1", Records: [] })).toEqual({ batchItemFailures: [], state: {} }));
