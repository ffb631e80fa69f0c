import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outcomes, quantitySources, type UsageEvent } from "../../core/billing/usage-event.ts";
import { batchId, parseProjectId, requestId } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import {
  type UsageEventTable,
  usageEventTable,
  writeUsageEvent,
} from "../../functions/adapters/dynamodb/usage-events.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { itemBytes } from "../support/item-bytes.ts";
import { memoryUsageEvents } from "../support/memory-usage-events.ts";
import { present } from "../support/present.ts";
import { sampleNow, sampleUlid, sampleUsageEvent } from "../support/samples.ts";

let database: TestDatabase;
let table: string;
let sdkTable: string;
beforeAll(async () => {
  database = await startTestDatabase();
  table = await database.createTable("usage");
  sdkTable = await database.createTable("usage-sdk");
});
afterAll(() => database.stop());

const numbered = (suffix: string, change: Partial<UsageEvent> = {}): UsageEvent => ({
  ...sampleUsageEvent,
  ...change,
  request: requestId(sampleUsageEvent.lease, sampleUlid(suffix)),
});

/** Every optional field set, every number as large as it may become. */
const full = {
  ...numbered("F777"),
  project: present(parseProjectId(`prj_${sampleUlid("PRJ")}`)),
  model: "m".repeat(63),
  modelVersion: "2026-01-01-preview",
  artifactDigest: `sha256:${"f".repeat(64)}`,
  region: "ap-southeast-2",
  quantities: {
    inputTokens: Number.MAX_SAFE_INTEGER,
    cachedInputTokens: 1,
    outputTokens: 0,
    images: 3,
    requests: 1,
  },
  hold: picodollars(2n ** 80n + 1n),
  cost: picodollars(2n ** 53n + 1n),
  absorbed: picodollars(2n ** 53n + 3n),
  outcome: "failed",
  policy: "bill-delivered",
  failure: "model_unavailable",
  batch: batchId(sampleUlid("BATCH")),
  firstByteAt: epochMs(sampleNow + 1),
} as const satisfies Required<UsageEvent>;

describe.each<[string, () => UsageEventTable]>([
  ["memory", memoryUsageEvents],
  ["DynamoDB", () => usageEventTable(database.dynamoDb, table)],
  ["DynamoDB over the SDK", () => usageEventTable(database.sdk, sdkTable)],
])("usage events in %s", (_, open) => {
  test("every field survives, amounts beyond a double's precision included", async () => {
    const events = open();
    await events.put(full);
    expect(await events.find(full.request)).toEqual(full);
  });

  test("fields that do not occur stay absent", async () => {
    const events = open();
    const sparse = numbered("SPARSE", { quantities: {} });
    await events.put(sparse);
    expect(await events.find(sparse.request)).toStrictEqual(sparse);
  });

  test.each(outcomes.flatMap((outcome) => quantitySources.map((source) => [outcome, source] as const)))(
    "%s with %s quantities reads back",
    async (outcome, source) => {
      const events = open();
      const event = numbered(
        `${outcome.slice(0, 2)}${source.slice(0, 2)}`.toUpperCase().replaceAll(/[ILOU]/g, "0"),
        {
          outcome,
          source,
        },
      );
      await events.put(event);
      expect(await events.find(event.request)).toEqual(event);
    },
  );

  test("a lost acknowledgement is a success, not a second charge", async () => {
    const events = open();
    const event = numbered("TW1CE");
    expect(await events.put(event)).toEqual(event);
    expect(await events.put(event)).toEqual(event);
    // Whoever comes second learns what is on record.
    expect(await events.put({ ...event, cost: picodollars(event.cost * 2n) })).toEqual(event);
    expect(await events.find(event.request)).toEqual(event);
  });

  test("many at once, each put twice, are each there once", async () => {
    const events = open();
    const many = Array.from({ length: 20 }, (_, index) => numbered(`M${String(index).padStart(3, "0")}`));
    await Promise.all([...many, ...many].map((event) => events.put(event)));
    expect(await Promise.all(many.map(({ request }) => events.find(request)))).toEqual(many);
  });

  test("a request that was never admitted is unknown", async () =>
    expect(await open().find(numbered("N0NE").request)).toBeUndefined());
});

describe("a usage event as an item", () => {
  test("takes at most 1 KB, so that writing it is one unit", () => {
    expect(itemBytes(writeUsageEvent(sampleUsageEvent))).toBeLessThanOrEqual(1024);
    expect(itemBytes(writeUsageEvent(full))).toBeLessThanOrEqual(1024);
  });

  test("that somebody changed by hand is refused, not believed", async () => {
    const event = numbered("BR0KEN");
    const item = { ...writeUsageEvent(event), cost: { S: "cheap" } };
    await database.sdk.putItem({ TableName: table, Item: item });
    await expect(usageEventTable(database.dynamoDb, table).find(event.request)).rejects.toThrow("cost");
  });

  test("holds only fields that the type has: nothing of a conversation", async () => {
    const { Items: items = [] } = await database.sdk.scan({ TableName: table });
    const allowed = new Set(["pk", "sk", ...Object.keys(full)]);
    expect(items.length).toBeGreaterThan(0);
    expect(items.flatMap((item) => Object.keys(item)).filter((name) => !allowed.has(name))).toEqual([]);
  });
});
