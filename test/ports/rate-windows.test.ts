import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customerId, keyId } from "../../core/identifiers.ts";
import type { RateWindows } from "../../core/admission/rate-window.ts";
import { rateWindows } from "../../functions/adapters/dynamodb/rate-windows.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryRateWindows } from "../support/memory-rate-windows.ts";
import { sampleNow, sampleUlid } from "../support/samples.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.createTable("windows");
});
afterAll(() => database.stop());

const stores: readonly (readonly [string, () => RateWindows])[] = [
  ["in memory", memoryRateWindows],
  ["in DynamoDB", () => rateWindows(database.dynamoDb, "windows")],
];

describe.each(stores)("rate windows %s", (_name, open) => {
  const windowOf = (suffix: string) => ({
    subject: keyId(sampleUlid(suffix)),
    region: "eu-west-1",
    startsAt: sampleNow,
  });

  test("a window counts up to its limit, and not beyond", async () => {
    const windows = open();
    const window = windowOf("A");
    const limit = { requests: 5, tokens: 100 };
    expect(await windows.count(window, { requests: 3, tokens: 10 }, limit)).toEqual({
      ok: true,
      used: { requests: 3, tokens: 10 },
    });
    expect(await windows.count(window, { requests: 3, tokens: 0 }, limit)).toEqual({
      ok: false,
      used: { requests: 3, tokens: 10 },
    });
    expect(await windows.count(window, { requests: 2, tokens: 90 }, limit)).toMatchObject({
      ok: true,
      used: { requests: 5, tokens: 100 },
    });
  });

  test("what is more than a whole limit does not fit into an empty window either", async () => {
    expect(await open().count(windowOf("B"), { requests: 1, tokens: 101 }, { tokens: 100 })).toEqual({
      ok: false,
      used: { requests: 0, tokens: 0 },
    });
  });

  test("without limits everything is counted", async () => {
    expect(await open().count(windowOf("C"), { requests: 7, tokens: 1 }, {})).toMatchObject({ ok: true });
  });

  test("each subject and each minute has a window of its own", async () => {
    const windows = open();
    const limit = { requests: 1 };
    const use = { requests: 1, tokens: 0 };
    const mine = windowOf("D");
    expect((await windows.count(mine, use, limit)).ok).toBe(true);
    const others = [
      { ...mine, subject: customerId(sampleUlid("D")) },
      { ...mine, startsAt: windowOf("D").startsAt, region: "us-east-1" },
    ];
    for (const other of others) expect((await windows.count(other, use, limit)).ok).toBe(true);
    expect((await windows.count(mine, use, limit)).ok).toBe(false);
  });
});
