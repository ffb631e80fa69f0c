import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { finalSpending } from "../../core/admission/final-spending.ts";
import type { LeaseUsage } from "../../core/admission/ports.ts";
import { type UsageEvent, crashed } from "../../core/billing/usage-event.ts";
import { picodollars } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { leaseUsage } from "../../functions/adapters/dynamodb/lease-usage.ts";
import { type ProgressTable, progressTable } from "../../functions/adapters/dynamodb/progress-records.ts";
import { expiryAttribute, tableKeys, usageEventPrefix } from "../../functions/contract.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryLeaseUsage } from "../support/memory-lease-usage.ts";
import { sampleNow, sampleUsageEvent } from "../support/samples.ts";
import { sampleLeases, usageEvent } from "../support/usage-events.ts";

let database: TestDatabase;
let table: string;
let tables = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(async () => {
  table = await database.createTable(`usage-${(tables += 1)}`);
});
afterAll(() => database.stop());

const { lease } = sampleUsageEvent;
const [otherLease = lease] = sampleLeases;

/** What a request leaves if it dies when it has cost so much. */
const progress = (serial: number, cost: bigint, afterMs = 0): UsageEvent =>
  usageEvent(serial, {
    cost: picodollars(cost),
    waived: cost === 0n,
    outcome: "failed",
    failure: crashed,
    policy: "bill-delivered",
    source: "estimated",
    endedAt: epochMs(sampleNow + afterMs),
  });

type Store = LeaseUsage & ProgressTable;

describe.each<[string, () => Store]>([
  ["memory", memoryLeaseUsage],
  [
    "DynamoDB",
    () => ({ ...leaseUsage(database.dynamoDb, table), ...progressTable(database.dynamoDb, table) }),
  ],
])("progress records in %s", (_, open) => {
  test("are what is known of a request without an event, whole, and cost nothing yet", async () => {
    const store = open();
    await store.keep(progress(1, 70n));
    expect(await store.recordOf(lease)).toEqual({ spent: 0n, unsettled: [progress(1, 70n)] });
    expect(await store.spentBy(lease)).toBe(0n);
  });

  test("mean nothing once their request has its event", async () => {
    const store = open();
    await store.keep(progress(1, 70n));
    await store.put(usageEvent(1, { cost: picodollars(100n) }));
    await store.put(usageEvent(2, { cost: picodollars(3n) }));
    expect(await store.recordOf(lease)).toEqual({ spent: 103n, unsettled: [] });
    expect(await store.spentBy(lease)).toBe(103n);
  });

  test("belong to their lease", async () => {
    const store = open();
    await store.keep(progress(1, 70n));
    expect(await store.recordOf(otherLease)).toEqual({ spent: 0n, unsettled: [] });
  });

  test("are replaced by later ones, never by a late copy of an earlier one", async () => {
    const store = open();
    await store.keep(progress(1, 10n, 1000));
    await store.keep(progress(1, 20n, 2000));
    await store.keep(progress(1, 10n, 1000));
    expect((await store.recordOf(lease)).unsettled).toEqual([progress(1, 20n, 2000)]);
  });

  test("become events when their lease is closed: the closing and the events agree, whoever closes it and how often", async () => {
    const store = open();
    await store.put(usageEvent(1, { cost: picodollars(5n) }));
    await store.keep(progress(2, 70n));
    await store.keep(progress(3, 0n));
    const closers = Array.from({ length: 3 }, () => finalSpending(store, lease));
    expect(new Set(await Promise.all(closers))).toEqual(new Set([75n]));
    expect(await finalSpending(store, lease)).toBe(75n);
    expect(await store.recordOf(lease)).toEqual({ spent: 75n, unsettled: [] });
    // The process was not dead, only slow: what is on record stands, and it is told.
    const late = usageEvent(2, { cost: picodollars(0n), waived: true, absorbed: picodollars(90n) });
    expect(await store.put(late)).toEqual(progress(2, 70n));
    expect(await store.spentBy(lease)).toBe(75n);
  });

  test("do not change what a lease is closed at where their request's own event was first", async () => {
    const store = open();
    await store.keep(progress(1, 70n));
    const { unsettled } = await store.recordOf(lease);
    const own = usageEvent(1, { cost: picodollars(0n), waived: true, absorbed: picodollars(90n) });
    await store.put(own);
    // A closer that has looked before.
    const closer = { ...store, recordOf: async () => ({ spent: picodollars(0n), unsettled }) };
    expect(await finalSpending(closer, lease)).toBe(0n);
  });
});

test("progress expires by itself, days after; a usage event never does. No reader of events takes it for one", async () => {
  const { dynamoDb, sdk } = database;
  await progressTable(dynamoDb, table).keep(progress(1, 70n));
  await leaseUsage(dynamoDb, table).put(progress(2, 70n));
  const { Items: items = [] } = await sdk.scan({ TableName: table });
  const isEvent = (item: (typeof items)[number]) => item[tableKeys.sort]?.S?.startsWith(usageEventPrefix);
  expect(items).toHaveLength(2);
  expect(items.filter(isEvent)).toHaveLength(1);
  for (const item of items)
    expect(item[expiryAttribute]?.N).toBe(
      isEvent(item) ? undefined : String(sampleNow / 1000 + 14 * 24 * 60 * 60),
    );
});
