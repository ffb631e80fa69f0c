import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaseHolder } from "../../core/admission/lease-holder.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import type { Cells, LeaseUsage } from "../../core/admission/ports.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { customerId, leaseOf, newUlid, requestId, type RequestId } from "../../core/identifiers.ts";
import { type Money, add, parseDollars, picodollars, zero } from "../../core/money.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { leaseUsage } from "../../functions/adapters/dynamodb/lease-usage.ts";
import { usageEventTable } from "../../functions/adapters/dynamodb/usage-events.ts";
import { minuteFrom } from "../support/admission-world.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryCells } from "../support/memory-cells.ts";
import { memoryLeaseUsage } from "../support/memory-lease-usage.ts";
import { present } from "../support/present.ts";
import { sampleNow, sampleUsageEvent } from "../support/samples.ts";
import { seededRandom } from "./random.ts";

type Stores = {
  readonly cells: Cells;
  readonly usage: LeaseUsage & { record(request: RequestId, cost: Money): Promise<unknown> };
};

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.createTable("accounts");
  await database.createTable("usage");
});
afterAll(() => database.stop());

const stores: readonly (readonly [string, () => Stores])[] = [
  ["in memory", () => ({ cells: memoryCells("eu-west-1"), usage: memoryLeaseUsage() })],
  [
    "in DynamoDB",
    () => {
      const events = usageEventTable(database.dynamoDb, "usage");
      return {
        cells: cells(database.dynamoDb, "accounts"),
        usage: {
          ...leaseUsage(database.dynamoDb, "usage"),
          record: (request, cost) =>
            events.put({ ...sampleUsageEvent, request, lease: leaseOf(request), cost }),
        },
      };
    },
  ],
];

const budget = present(parseDollars("0.01"));
const hold = present(parseDollars("0.0006"));

describe.each(stores)("$0.01 under 200 requests at once, %s", (_name, open) => {
  test.each([1, 20])("is never passed, and is used (%i processes)", async (processCount) => {
    const random = seededRandom(processCount);
    const { cells: store, usage } = open();
    const wallet = walletPurse(customerId(newUlid(sampleNow, random.bytes)));
    const key = { purse: wallet.id, region: "eu-west-1", shard: 0 };
    await store.create(key, budget);
    const processes = Array.from({ length: processCount }, () =>
      leaseHolder({
        cells: store,
        usage,
        rules: leaseRules(),
        region: "eu-west-1",
        randomBytes: random.bytes,
      }),
    );
    const refusals = new Set<string>();
    let spent = zero;

    const request = async (number: number): Promise<void> => {
      const holder = present(processes[number % processCount]);
      const admission = await holder.acquire([wallet], hold, minuteFrom(sampleNow), sampleNow);
      if (!admission.ok) {
        refusals.add(admission.refusal.code);
        return;
      }
      const cost = picodollars((hold * BigInt(1 + (number % 10))) / 10n);
      await usage.record(requestId(admission.lease, newUlid(sampleNow, random.bytes)), cost);
      spent = add(spent, cost);
      await holder.settle(admission.lease, hold, cost);
    };
    await Promise.all(Array.from({ length: 200 }, (_, number) => request(number)));
    await Promise.all(processes.map((holder) => holder.retire()));

    const cell = present(await store.find(key));
    expect(spent <= budget).toBe(true);
    expect(cell).toMatchObject({ spent, available: budget - spent, grants: new Map() });
    // At least what would fit if every request cost as much as it could.
    expect(spent >= hold).toBe(true);
    expect(refusals.size).toBeGreaterThan(0);
  });
});
