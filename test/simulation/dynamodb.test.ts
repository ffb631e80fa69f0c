import { afterAll, beforeAll, expect, test } from "vitest";
import { leaseUsage } from "../../functions/adapters/dynamodb/lease-usage.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { transfers } from "../../functions/adapters/dynamodb/transfers.ts";
import { isProgress, progressTable } from "../../functions/adapters/dynamodb/progress-records.ts";
import { readUsageEvent } from "../../functions/adapters/dynamodb/usage-events.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { scenarios } from "./scenario.ts";
import { simulate } from "./simulate.ts";
import { regions } from "./workload.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

test("the same simulation on DynamoDB: exact to the picodollar", async () => {
  const { dynamoDb, sdk } = database;
  const accountsTable = await database.createTable("accounts");
  const usageTable = await database.createTable("usage");
  const store = { ...cells(dynamoDb, accountsTable), ...transfers(dynamoDb, accountsTable) };
  const report = await simulate({
    scenario: scenarios.zombies,
    seed: 1,
    requests: 250,
    // Both regions see one table: replication without delay.
    accounts: { stores: new Map(regions.map((region) => [region, store])), replicate: () => undefined },
    usage: {
      ...leaseUsage(dynamoDb, usageTable),
      ...progressTable(dynamoDb, usageTable),
      events: async () => {
        const { Items: items = [] } = await sdk.scan({ TableName: usageTable });
        return items.filter((item) => !isProgress(item)).map(readUsageEvent);
      },
    },
  });
  expect(report.problems).toEqual([]);
  expect(report.admitted).toBeGreaterThan(100);
}, 120_000);
