import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CellKey, cellName } from "../../core/admission/cell.ts";
import type { Closing } from "../../core/admission/lease-write.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { newCredit } from "../../core/admission/transfer.ts";
import type { CellClosings } from "../../core/billing/cell-closings.ts";
import { type LeaseId, customerId, leaseId, newUlid } from "../../core/identifiers.ts";
import { add, picodollars, zero } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { cellItemKey } from "../../functions/adapters/dynamodb/cell-item.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { closingsBetween } from "../../functions/adapters/dynamodb/closed-leases.ts";
import type { Item } from "../../functions/adapters/dynamodb/item.ts";
import { transfers } from "../../functions/adapters/dynamodb/transfers.ts";
import { seededRandom } from "../simulation/random.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { present } from "../support/present.ts";
import { sampleNow } from "../support/samples.ts";

/** What the stream of a cell's changes says of its leases, from the writes that the adapters really make. */

const random = seededRandom(1);
const ulid = (): string => newUlid(sampleNow, random.bytes);
const grant = { amount: picodollars(10n), expiresAt: epochMs(sampleNow + 60_000) };

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.createTable("accounts");
});
afterAll(() => database.stop());

const itemOf = async (key: CellKey): Promise<Item> => {
  const { Item: item } = await database.dynamoDb.getItem({
    TableName: "accounts",
    Key: cellItemKey(key),
    ConsistentRead: true,
  });
  return present(item);
};

type Step = { readonly closes: number; readonly opens: boolean; readonly credits: boolean };

/** Makes the writes one after the other; yields what each closed, and what its change says that it closed. */
const run = async (steps: readonly Step[]) => {
  const customer = customerId(ulid());
  const key = { purse: walletPurse(customer).id, region: "eu-west-1", shard: 0 };
  const store = { ...cells(database.dynamoDb, "accounts"), ...transfers(database.dynamoDb, "accounts") };
  await store.create(key, picodollars(100_000n));
  const open: LeaseId[] = [];
  const made: (readonly Closing[])[] = [];
  const seen: (CellClosings | undefined)[] = [];
  for (const { closes, opens, credits } of steps) {
    const before = await itemOf(key);
    const close = open.splice(0, closes).map((lease, index): Closing => ({
      lease,
      amount: grant.amount,
      spent: picodollars(BigInt(index)),
      ...(index === 1 && { expired: true as const }),
    }));
    const lease = leaseId(ulid());
    if (credits) await store.receive(newCredit(`top-up:${ulid()}`, key, picodollars(1n)));
    else {
      await store.write([{ cell: key, close, ...(opens && { open: { lease, grant } }) }]);
      if (opens) open.push(lease);
    }
    made.push(credits ? [] : close);
    if (credits) open.unshift(...close.map((closing) => closing.lease));
    seen.push(closingsBetween(before, await itemOf(key), sampleNow));
  }
  return { customer, cell: cellName(key), made, seen };
};

test("a change says what each of its leases took, once, and nothing where it closed none", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ closes: fc.nat(3), opens: fc.boolean(), credits: fc.boolean() }), {
        minLength: 1,
        maxLength: 12,
      }),
      async (steps) => {
        const { customer, cell, made, seen } = await run(steps);
        let spent = zero;
        for (const [index, close] of made.entries()) {
          const spentBefore = spent;
          spent = add(spent, ...close.map((closing) => closing.spent));
          expect(seen[index]).toEqual(
            close.length === 0
              ? undefined
              : {
                  customer,
                  cell,
                  closedAt: sampleNow,
                  spentBefore,
                  spentAfter: spent,
                  leases: close.map((closing) => ({
                    lease: closing.lease,
                    spent: closing.spent,
                    expired: closing.expired ?? false,
                  })),
                },
          );
        }
      },
    ),
    { numRuns: 30 },
  ));

test("a lease that has gone without a word of what it took is an error", async () => {
  const customer = customerId(ulid());
  const key = { purse: walletPurse(customer).id, region: "eu-west-1", shard: 0 };
  const store = cells(database.dynamoDb, "accounts");
  await store.create(key, picodollars(100n));
  await store.write([{ cell: key, open: { lease: leaseId(ulid()), grant }, close: [] }]);
  const before = await itemOf(key);
  const tampered = { ...before, grants: { M: {} } };
  expect(() => closingsBetween(before, tampered, sampleNow)).toThrow("without saying what it took");
});
