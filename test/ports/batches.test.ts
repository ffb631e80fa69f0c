import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Batch, type BatchProgress, noProgress, oldestShown } from "../../core/batches/batch.ts";
import type { BatchContents, BatchDecisions, BatchRecords } from "../../core/batches/ports.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import {
  type BatchId,
  type CustomerId,
  batchId,
  customerId,
  fileId,
  leaseId,
  newUlid,
  requestId,
} from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { after, epochMs } from "../../core/time.ts";
import { batchDecisions } from "../../functions/adapters/dynamodb/batch-decisions.ts";
import { batchRecords } from "../../functions/adapters/dynamodb/batch-records.ts";
import { usageEventTable } from "../../functions/adapters/dynamodb/usage-events.ts";
import { batchContents } from "../../functions/adapters/signed/batch-contents.ts";
import { bucketUrl, signedBucket } from "../../functions/adapters/signed/bucket.ts";
import { presignerFor } from "../../functions/adapters/signed/presigned-url.ts";
import { createKms } from "../../local/kms/kms.ts";
import { createS3 } from "../../local/s3/s3.ts";
import { fakeBucket, fakeDeployment, home } from "../local/s3/fake-deployment.ts";
import { fakeFrontDoor } from "../local/s3/fake-front-door.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryBatchContents, memoryBatches } from "../support/memory-batches.ts";
import { memoryLeaseUsage } from "../support/memory-lease-usage.ts";
import {
  countingBytes,
  sampleNow,
  samplePrincipal,
  sampleUlid,
  sampleUsageEvent,
} from "../support/samples.ts";

let database: TestDatabase;
let accounts: string;
let usage: string;
let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
beforeAll(async () => {
  database = await startTestDatabase();
  accounts = await database.createTable("accounts");
  usage = await database.createTable("usage");
  const deployment = fakeDeployment([fakeBucket("files")]);
  door = await fakeFrontDoor(createS3(deployment, { kms: createKms(deployment) }));
});
afterAll(async () => {
  await database.stop();
  await door.stop();
});

const random = countingBytes();
const ulid = (): string => newUlid(sampleNow, random);

const sampleBatch = (change: Partial<Batch> = {}): Batch => ({
  id: batchId(ulid()),
  customer: customerId(ulid()),
  key: samplePrincipal.key,
  input: fileId(sampleUlid("F")),
  endpoint: "/v1/chat/completions",
  metadata: { campaign: "winter" },
  createdAt: sampleNow,
  state: "validating",
  since: { validating: sampleNow },
  faults: [],
  progress: noProgress,
  ...change,
});

/** An event of a request of its own. */
const newEvent = (): UsageEvent => {
  const lease = leaseId(ulid());
  return { ...sampleUsageEvent, lease, request: requestId(lease, ulid()), cost: picodollars(7n) };
};

type Stores = {
  readonly records: BatchRecords;
  readonly decisions: BatchDecisions;
  /** Stores an event by itself, and yields the one that is on record. */
  readonly put: (event: UsageEvent) => Promise<UsageEvent>;
};

describe.each<[string, () => Stores]>([
  [
    "memory",
    () => {
      const events = memoryLeaseUsage();
      return { ...memoryBatches(events), put: (event) => events.put(event) };
    },
  ],
  [
    "DynamoDB",
    () => ({
      records: batchRecords(database.dynamoDb, accounts, "eu-west-1"),
      decisions: batchDecisions(
        database.dynamoDb,
        { accounts, usage, region: "eu-west-1" },
        { now: () => sampleNow },
      ),
      put: (event) => usageEventTable(database.dynamoDb, usage).put(event),
    }),
  ],
])("batches in %s", (_, open) => {
  test("read back as they were, for their customer only", async () => {
    const { records } = open();
    const full = sampleBatch({
      state: "failed",
      since: { validating: sampleNow, failed: after(sampleNow, 1) },
      faults: [{ code: "missing_body", message: "No body.", line: 3, param: "body" }],
      size: { lines: 7, chunks: 2 },
      results: { output: fileId(ulid()), error: fileId(ulid()) },
    });
    for (const batch of [full, sampleBatch()]) {
      await records.add(batch);
      expect(await records.find(batch.customer, batch.id)).toStrictEqual(batch);
      expect(await records.find(customerId(ulid()), batch.id)).toBeUndefined();
    }
  });

  test("are listed page by page, newest first, for as long as they are shown", async () => {
    const { records } = open();
    const customer: CustomerId = customerId(ulid());
    const now = after(sampleNow, 40 * 24 * 3_600_000);
    const ages = [35, 20, 10, 10, 1];
    const batches = ages.map((days) => {
      const createdAt = epochMs(now - days * 24 * 3_600_000);
      return sampleBatch({ customer, createdAt, id: batchId(newUlid(createdAt, random)) });
    });
    for (const batch of batches) await records.add(batch);
    const seen: BatchId[] = [];
    for (;;) {
      const last = seen.at(-1);
      const page = await records.list(customer, {
        oldest: oldestShown(now),
        limit: 2,
        ...(last && { after: last }),
      });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
    }
    expect(seen).toEqual(
      batches
        .slice(1)
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
  });

  test("change only from the states that are said, and results are chosen once", async () => {
    const { records } = open();
    const batch = sampleBatch();
    await records.add(batch);
    const planned = { state: "in_progress", since: { in_progress: after(sampleNow, 5) } } as const;
    expect(await records.change(batch, ["in_progress"], planned)).toBeUndefined();
    expect(await records.change(batch, ["validating", "cancelling"], planned)).toEqual({
      ...batch,
      state: "in_progress",
      since: { ...batch.since, ...planned.since },
    });
    const results = { output: fileId(ulid()), error: fileId(ulid()) };
    expect(await records.change(batch, ["in_progress"], { results })).toMatchObject({ results });
    const others = { output: fileId(ulid()), error: fileId(ulid()) };
    expect(await records.change(batch, ["in_progress"], { results: others })).toBeUndefined();
    expect(await records.find(batch.customer, batch.id)).toMatchObject({ results, state: "in_progress" });
  });

  test("a line is decided once, its answer together with its event, and whoever comes second learns how", async () => {
    const { decisions, put } = open();
    const line = { batch: batchId(ulid()), chunk: 3, line: 0 };
    const [first, second] = [newEvent(), newEvent()];
    const decision = { kind: "answered", attempt: first.request } as const;
    const decided = { decision, event: first };
    expect(await decisions.decide(line, decision, first)).toEqual(decided);
    // The acknowledgement was lost.
    expect(await decisions.decide(line, decision, first)).toEqual(decided);
    const other = { kind: "answered", attempt: second.request } as const;
    expect(await decisions.decide(line, other, second)).toEqual({ decision });
    expect(await decisions.decide(line, { kind: "refused", attempt: "x" })).toEqual({ decision });
    // The loser's event was not stored.
    expect(await put({ ...second, waived: true })).toMatchObject({ waived: true });
    expect(await put({ ...first, waived: true })).toMatchObject({ waived: false });
  });

  test("a line stays open where its event is on record already", async () => {
    const { decisions, put } = open();
    const line = { batch: batchId(ulid()), chunk: 0, line: 1 };
    const event = newEvent();
    const settled = await put({ ...event, cost: picodollars(0n) });
    const decision = { kind: "answered", attempt: event.request } as const;
    expect(await decisions.decide(line, decision, event)).toEqual({ event: settled });
    expect((await decisions.ofChunk(line.batch, 0)).decisions.size).toBe(0);
  });

  test("of many runners of a line at once, one decides", async () => {
    const { decisions } = open();
    const line = { batch: batchId(ulid()), chunk: 0, line: 0 };
    const events = Array.from({ length: 6 }, newEvent);
    const outcomes = await Promise.all(
      events.map((event) => decisions.decide(line, { kind: "answered", attempt: event.request }, event)),
    );
    expect(new Set(outcomes.map(({ decision }) => decision?.attempt)).size).toBe(1);
    expect(outcomes.filter(({ event }) => event !== undefined)).toHaveLength(1);
  });

  test("a chunk's decisions are its own, and it is counted once", async () => {
    const { records, decisions } = open();
    const batch = sampleBatch();
    await records.add(batch);
    const decision = { kind: "refused", attempt: ulid() } as const;
    await decisions.decide({ batch: batch.id, chunk: 1, line: 12 }, decision);
    expect(await decisions.ofChunk(batch.id, 1)).toEqual({
      isClosed: false,
      decisions: new Map([[12, decision]]),
    });
    expect(await decisions.ofChunk(batch.id, 12)).toEqual({ isClosed: false, decisions: new Map() });
    const progress: BatchProgress = {
      chunks: 1,
      completed: 2,
      failed: 3,
      leftOut: 4,
      outputBytes: 5,
      errorBytes: 6,
    };
    expect(await decisions.close(batch, 1, progress)).toEqual({ ...batch, progress });
    expect(await decisions.close(batch, 1, progress)).toEqual({ ...batch, progress });
    expect((await decisions.close(batch, 0, progress)).progress).toMatchObject({ chunks: 2, completed: 4 });
    expect((await decisions.ofChunk(batch.id, 1)).isClosed).toBe(true);
  });
});

describe.each<[string, () => { readonly contents: BatchContents }]>([
  ["memory", () => memoryBatchContents()],
  [
    "S3",
    () => {
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const url = bucketUrl(home, "files", { AWS_ENDPOINT_URL: door.url });
      return {
        contents: batchContents(signedBucket(url, presignerFor(credentials, home))),
      };
    },
  ],
])("bytes of batches in %s", (_, open) => {
  const textOf = async (bytes: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> =>
    bytes && Buffer.concat(await Array.fromAsync(bytes)).toString("utf8");

  test("parts are joined into a file, in their order, and can be read from anywhere in it", async () => {
    const { contents } = open();
    const batch = sampleBatch();
    const [first, second] = ["käse\n".repeat(1000), "brot\n"];
    await contents.writePart(batch, "output", 1, second);
    await contents.writePart(batch, "output", 0, first);
    const file = { customer: batch.customer, id: fileId(ulid()) };
    expect(await contents.read(file)).toBeUndefined();
    const bytes = Buffer.byteLength(first + second);
    for (let times = 0; times < 2; times++) await contents.joinParts(batch, "output", 2, file.id, bytes);
    expect(await textOf(await contents.read(file))).toBe(first + second);
    expect(await textOf(await contents.read(file, { offset: bytes - 5, bytes: 4 }))).toBe("brot");
    expect(await contents.read({ ...file, id: fileId(ulid()) }, { offset: 0, bytes: 1 })).toBeUndefined();
    await contents.discardParts(batch, "output", 2);
    await expect(contents.joinParts(batch, "output", 2, file.id, bytes)).rejects.toThrow(Error);
    expect(await textOf(await contents.read(file))).toBe(first + second);
  });

  test("a file whose parts are not what was counted is not made", async () => {
    const { contents } = open();
    const batch = sampleBatch();
    await contents.writePart(batch, "error", 0, "four");
    const file = { customer: batch.customer, id: fileId(ulid()) };
    await expect(contents.joinParts(batch, "error", 1, file.id, 5)).rejects.toThrow(Error);
    expect(await contents.read(file)).toBeUndefined();
  });

  test("results are found by their attempt until they are discarded", async () => {
    const { contents } = open();
    const batch = sampleBatch();
    await contents.writeResult(batch, "one", "ä");
    await contents.writeResult(batch, "two", "");
    expect(await contents.readResult(batch, "one")).toBe("ä");
    expect(await contents.readResult(batch, "two")).toBe("");
    await contents.discardResults(batch, ["one", "two", "never"]);
    await expect(contents.readResult(batch, "one")).rejects.toThrow(Error);
  });
});
