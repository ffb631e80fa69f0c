import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveRoot } from "../../core/billing/archive.ts";
import { replayArchive } from "../../core/billing/archive-replay.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { usageArchiveCodec } from "../../functions/adapters/s3/archive-codec.ts";
import { s3Archive } from "../../functions/adapters/s3/archive.ts";
import { archiveBucketName } from "../../infra/archive-bucket-name.ts";
import { present } from "../support/present.ts";
import { until } from "../support/until.ts";
import { sharedTestPlatform, textOf, type TestPlatform } from "./test-platform.ts";

/** What becomes of usage events: counters that customers read, and an archive that nobody can change. */

let platform: TestPlatform;
let s3: S3Client;
let bucket: string;
let customer: CustomerId;
let events: readonly UsageEvent[];

/** The two bytes that gzip begins with. */
const gzipMagic = 0x1f8b;
const messages = [{ role: "user" as const, content: "canary-of-the-prompt" }];

/** Requests that end in every way: whole, streamed, left by the client, and failed before the model said anything. */
const spend = async (apiKey: string): Promise<void> => {
  const { completions } = platform.client(apiKey).chat;
  await completions.create({ model: "scripted", messages });
  for await (const _ of await completions.create({ model: "scripted-url", messages, stream: true }));
  const slow = { script: { words: 200, paceMs: 10 } };
  const left = await completions.create({ model: "scripted", messages, stream: true, ...slow });
  let seen = 0;
  for await (const _ of left) if (++seen === 5) break;
  const failing = { script: { status: 500 } };
  const failed = completions.create({ model: "scripted", messages, ...failing });
  await expect(failed).rejects.toMatchObject({ status: 502 });
};

beforeAll(async () => {
  platform = await sharedTestPlatform();
  const { cloud, farebox } = platform.platform;
  s3 = new S3Client({ ...cloud.clientConfig(farebox.homeRegion), forcePathStyle: true });
  [bucket = ""] = cloud.deployment.stacks.map((stack) => archiveBucketName(farebox.stage, stack));
  customer = await platform.customerWith();
  const apiKey = await platform.issue({ customer });
  events = await platform.eventsOf(() => spend(apiKey), 4);
});
afterAll(() => s3.destroy());

type Usage = {
  readonly requests: number;
  readonly completed: number;
  readonly aborted: number;
  readonly failed: number;
  readonly waived: number;
  readonly usage: Readonly<Record<string, number>>;
};
type UsagePage = {
  readonly totals?: Usage;
  readonly data: readonly (Usage & { readonly model: string })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** `GET /v1/usage`; `text` besides, because a cost may have more digits than a double. */
const usageOf = async (
  apiKey: string,
  query = "",
): Promise<{ readonly status: number; readonly text: string; readonly page: UsagePage }> => {
  const response = await fetch(`${platform.platform.baseUrl}/usage${query}`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const text = await response.text();
  return { status: response.status, text, page: JSON.parse(text) };
};

/** Waits until as many requests are counted; seconds, by the promise that counters make. */
const countedUsage = async (apiKey: string, requests: number) => {
  let counted = await usageOf(apiKey);
  await until(async () => {
    counted = await usageOf(apiKey);
    return (counted.page.totals?.requests ?? 0) >= requests;
  });
  return counted;
};

const sumOf = (amount: (event: UsageEvent) => number): number =>
  events.reduce((sum, event) => sum + amount(event), 0);
const countOf = (outcome: UsageEvent["outcome"]): number =>
  sumOf((event) => (event.outcome === outcome ? 1 : 0));

/** As an exact decimal of dollars. */
const dollarsOf = (picodollars: bigint): string =>
  `${picodollars / 10n ** 12n}.${String(picodollars % 10n ** 12n).padStart(12, "0")}`.replace(/\.?0+$/, "");

describe("a customer's usage", () => {
  test("is counted within seconds, and adds up to its events to the picodollar", async () => {
    const reader = await platform.issue({ customer, scopes: ["usage:read"] });
    const { text, page } = await countedUsage(reader, events.length);
    expect(page.totals).toMatchObject({
      requests: events.length,
      completed: countOf("completed"),
      aborted: countOf("aborted"),
      failed: countOf("failed"),
      waived: sumOf(({ waived }) => (waived ? 1 : 0)),
      usage: {
        input_tokens: sumOf(({ quantities }) => quantities.inputTokens ?? 0),
        output_tokens: sumOf(({ quantities }) => quantities.outputTokens ?? 0),
      },
    });
    expect([countOf("completed"), countOf("aborted"), countOf("failed")]).toEqual([2, 1, 1]);
    const cost = events.reduce((sum, event) => sum + event.cost, 0n);
    expect(cost > 0n).toBe(true);
    expect(text).toContain(`"cost":${dollarsOf(cost)}}`);
  });

  test("comes in pages, each row once", async () => {
    const reader = await platform.issue({ customer, scopes: ["usage:read"] });
    const { page: whole } = await countedUsage(reader, events.length);
    expect(whole.has_more).toBe(false);
    const first = await usageOf(reader, "?limit=1");
    expect(first.page.has_more).toBe(true);
    const second = await usageOf(reader, `?limit=1&cursor=${first.page.next_cursor}`);
    expect(second.page.has_more).toBe(false);
    expect([...first.page.data, ...second.page.data]).toEqual(whole.data);
    expect(new Set(whole.data.map(({ model }) => model))).toEqual(new Set(["scripted", "scripted-url"]));
  });

  test("is no other customer's to see, nor a page of it", async () => {
    const reader = await platform.issue({ customer, scopes: ["usage:read"] });
    await countedUsage(reader, events.length);
    const { page } = await usageOf(reader, "?limit=1");
    const stranger = await platform.issue({ scopes: ["usage:read"] });
    expect((await usageOf(stranger)).page).toMatchObject({ totals: { requests: 0 }, data: [] });
    expect(await usageOf(stranger, `?cursor=${page.next_cursor}`)).toMatchObject({ status: 400 });
  });

  test("is not for keys without the scope", async () => {
    expect(await usageOf(await platform.issue({ customer, scopes: ["infer"] }))).toMatchObject({
      status: 403,
    });
  });
});

describe("the archive", () => {
  const names = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { name } of s3Archive(s3, bucket).list(archiveRoot("usage"))) found.push(name);
    return found;
  };

  /** What the archive says of this file's requests, once it has them all. */
  const archived = async (): Promise<readonly UsageEvent[]> => {
    const found: UsageEvent[] = [];
    await until(async () => {
      found.length = 0;
      for await (const replayed of replayArchive(s3Archive(s3, bucket), usageArchiveCodec)) {
        if (replayed.kind === "broken") throw new Error(`${replayed.object}: ${replayed.problem}`);
        if ("event" in replayed.record && replayed.record.event.customer === customer)
          found.push(replayed.record.event);
      }
      return found.length >= events.length;
    });
    return found;
  };

  test("has every event once and whole, in chains that verify", async () => {
    const byRequest = (all: readonly UsageEvent[]) =>
      all.toSorted((a, b) => (a.request < b.request ? -1 : 1));
    expect(byRequest(await archived())).toEqual(byRequest(events));
  });

  test("is gzipped, under our key, and locked for the configured time", async () => {
    await archived();
    for (const name of (await names()).slice(0, 5)) {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
      const bytes = await object.Body?.transformToByteArray();
      expect(Buffer.from(bytes ?? []).readUInt16BE()).toBe(gzipMagic);
      expect(object).toMatchObject({
        ContentType: "application/gzip",
        ServerSideEncryption: "aws:kms",
        BucketKeyEnabled: true,
        ObjectLockMode: "GOVERNANCE",
      });
      const lockedMs = Number(object.ObjectLockRetainUntilDate) - Number(object.LastModified);
      expect(Math.round(lockedMs / (24 * 60 * 60_000))).toBe(400);
    }
  });

  test("keeps every version, also from an administrator", async () => {
    await archived();
    const [name = ""] = await names();
    const versions = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: name }));
    expect(versions.Versions).toHaveLength(1);
    for (const { VersionId: version } of versions.Versions ?? [])
      await expect(
        s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: name, VersionId: version })),
      ).rejects.toMatchObject({ name: "AccessDenied", message: expect.stringContaining("object lock") });
    expect(await names()).toContain(name);
  });

  test("shows what was put over an object", async () => {
    const [name = ""] = await names();
    const original = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
    const put = (body: string | Uint8Array) =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: body, ChecksumAlgorithm: "SHA256" }));
    await put("forged");
    const replayed: string[] = [];
    for await (const { kind, object } of replayArchive(s3Archive(s3, bucket), usageArchiveCodec))
      if (kind === "broken") replayed.push(object);
    // Others audit the same archive.
    await put(present(await original.Body?.transformToByteArray()));
    expect(replayed).toEqual([name]);
  });
});

test("no function was denied anything it needs, and nothing of a prompt or an event's failure is in a log", async () => {
  expect(platform.platform.cloud.denials()).toEqual([]);
  await until(() => textOf(platform.log).includes("rolled_up"));
  expect(textOf(platform.log)).not.toMatch(
    /canary-of-the-prompt|roll_up_failed|archive_conflict|usage_event_unreadable/,
  );
});
