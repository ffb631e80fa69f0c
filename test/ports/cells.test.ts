import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customerId, leaseId, newUlid } from "../../core/identifiers.ts";
import { add, picodollars, zero } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { type Cell, type CellKey, grantedIn } from "../../core/admission/cell.ts";
import type { Cells, Debits, Transfers } from "../../core/admission/ports.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { newCredit, newDebit, newTransfer } from "../../core/admission/transfer.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { debits } from "../../functions/adapters/dynamodb/debits.ts";
import { transfers } from "../../functions/adapters/dynamodb/transfers.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryCells } from "../support/memory-cells.ts";
import { present } from "../support/present.ts";
import { sampleNow } from "../support/samples.ts";
import { seededRandom } from "../simulation/random.ts";

const region = "eu-west-1";
const random = seededRandom(1);
const ulid = (): string => newUlid(sampleNow, random.bytes);
const money = (amount: number) => picodollars(BigInt(amount));

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.createTable("accounts");
});
afterAll(() => database.stop());

const stores: readonly (readonly [string, () => Cells & Transfers & Debits])[] = [
  ["in memory", () => memoryCells(region)],
  [
    "in DynamoDB",
    () => ({
      ...cells(database.dynamoDb, "accounts"),
      ...transfers(database.dynamoDb, "accounts"),
      ...debits(database.dynamoDb, "accounts"),
    }),
  ],
];

describe.each(stores)("cells %s", (_name, open) => {
  const expiresAt = epochMs(sampleNow + 60_000);
  const newLease = () => leaseId(ulid());
  const opening = (lease = newLease(), amount = 40) => ({
    lease,
    grant: { amount: money(amount), expiresAt },
  });

  const funded = async (
    amount: number,
  ): Promise<{ store: Cells & Transfers & Debits; key: CellKey; now: () => Promise<Cell> }> => {
    const store = open();
    const key = { purse: walletPurse(customerId(ulid())).id, region, shard: 0 };
    await store.create(key, money(amount));
    return { store, key, now: async () => present(await store.find(key)) };
  };

  test("a cell that was never created is not found, and takes no write", async () => {
    const store = open();
    const key = { purse: walletPurse(customerId(ulid())).id, region, shard: 0 };
    expect(await store.find(key)).toBeUndefined();
    expect(await store.write([{ cell: key, open: opening(), close: [] }])).toEqual({ ok: false, seen: [] });
  });

  test("creating a cell again does not fund it again", async () => {
    const { store, key, now } = await funded(100);
    await store.create(key, money(100));
    expect(await now()).toEqual({ key, funded: 100n, available: 100n, spent: 0n, grants: new Map() });
  });

  test("a grant leaves what is available; closing gives back what was not spent", async () => {
    const { store, key, now } = await funded(100);
    const { lease, grant } = opening();
    expect((await store.write([{ cell: key, open: { lease, grant }, close: [] }])).ok).toBe(true);
    expect(await now()).toMatchObject({ available: 60n, spent: 0n, grants: new Map([[lease, grant]]) });
    const closed = await store.write([
      { cell: key, close: [{ lease, amount: grant.amount, spent: money(15) }] },
    ]);
    expect(closed).toMatchObject({ ok: true, seen: [{ available: 85n, spent: 15n, grants: new Map() }] });
  });

  test("renewing closes the old lease and opens the new one in one write, and reports the cell", async () => {
    const { store, key } = await funded(100);
    const [old, next] = [opening(), opening(newLease(), 70)];
    await store.write([{ cell: key, open: old, close: [] }]);
    const close = [{ lease: old.lease, amount: old.grant.amount, spent: money(10) }];
    const { ok, seen } = await store.write([{ cell: key, open: next, close }]);
    expect(ok).toBe(true);
    expect(seen).toEqual([
      { key, funded: 100n, available: 20n, spent: 10n, grants: new Map([[next.lease, next.grant]]) },
    ]);
  });

  test("more than there is cannot be granted, and the refusal shows the cell", async () => {
    const { store, key, now } = await funded(39);
    expect(await store.write([{ cell: key, open: opening(), close: [] }])).toEqual({
      ok: false,
      seen: [await now()],
    });
  });

  test("a lease is closed once: the second closing changes nothing", async () => {
    const { store, key, now } = await funded(100);
    const { lease, grant } = opening();
    await store.write([{ cell: key, open: { lease, grant }, close: [] }]);
    const close = [{ lease, amount: grant.amount, spent: money(15) }];
    await store.write([{ cell: key, close }]);
    const before = await now();
    expect(await store.write([{ cell: key, close }])).toEqual({ ok: false, seen: [before] });
    expect(await now()).toEqual(before);
  });

  test("a renewal sent again is refused, and the refusal shows its lease: a lost acknowledgement can be told", async () => {
    const { store, key } = await funded(100);
    const [old, next] = [opening(), opening()];
    await store.write([{ cell: key, open: old, close: [] }]);
    const renewal = [
      { cell: key, open: next, close: [{ lease: old.lease, amount: old.grant.amount, spent: zero }] },
    ];
    await store.write(renewal);
    const again = await store.write(renewal);
    expect(again.ok).toBe(false);
    expect(again.seen[0]?.grants.has(next.lease)).toBe(true);
  });

  test("an opening that arrives again after its lease was closed does not open it again", async () => {
    const { store, key, now } = await funded(100);
    const { lease, grant } = opening();
    const write = [{ cell: key, open: { lease, grant }, close: [] }];
    await store.write(write);
    await store.write([{ cell: key, close: [{ lease, amount: grant.amount, spent: money(15) }] }]);
    await store.write(write);
    expect(await now()).toMatchObject({ available: 85n, spent: 15n, grants: new Map() });
  });

  test("a lease in two purses is opened in both or in neither", async () => {
    const [rich, poor] = [await funded(100), await funded(10)];
    const { store } = rich;
    if (store !== poor.store) await store.create(poor.key, money(10));
    const { lease, grant } = opening();
    const both = [rich.key, poor.key].map((cell) => ({ cell, open: { lease, grant }, close: [] }));
    const refused = await store.write(both);
    expect(refused).toMatchObject({ ok: false, seen: [{ key: poor.key, available: 10n }] });
    expect((await store.find(rich.key))?.available).toBe(100n);

    const small = opening(newLease(), 10);
    const again = [rich.key, poor.key].map((cell) => ({ cell, open: small, close: [] }));
    expect((await store.write(again)).ok).toBe(true);
    expect((await store.find(rich.key))?.available).toBe(90n);
    expect((await store.find(poor.key))?.available).toBe(0n);
  });

  test("twenty writers at once never grant more than there is", async () => {
    const { store, key, now } = await funded(100);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.write([{ cell: key, open: opening(newLease(), 30), close: [] }]),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(3);
    const cell = await now();
    expect(add(cell.available, grantedIn(cell))).toBe(100n);
    expect(cell.available).toBe(10n);
  });

  test("a transfer given twice and received twice moves the money once", async () => {
    const { store, key, now } = await funded(100);
    const to = { ...key, shard: 1 };
    await store.create(to, zero);
    const transfer = newTransfer({ from: key, to, amount: money(30) }, sampleNow, random.bytes);
    expect([await store.give(transfer), await store.give(transfer)]).toEqual([true, true]);
    expect(await now()).toMatchObject({ available: 70n, funded: 70n });
    expect(await store.pending(key.purse, region)).toEqual([transfer]);
    expect([await store.receive(transfer), await store.receive(transfer)]).toEqual([true, false]);
    expect(await store.find(to)).toMatchObject({ available: 30n, funded: 30n });
    expect(await store.pending(key.purse, region)).toEqual([]);
    expect(new Set((await store.ofPurse(key.purse)).map((cell) => cell.key.shard))).toEqual(new Set([0, 1]));
  });

  test("a cell cannot give what it does not have", async () => {
    const { store, key, now } = await funded(29);
    const transfer = newTransfer(
      { from: key, to: { ...key, shard: 1 }, amount: money(30) },
      sampleNow,
      random.bytes,
    );
    expect(await store.give(transfer)).toBe(false);
    expect(await now()).toMatchObject({ available: 29n, funded: 29n });
    expect(await store.pending(key.purse, region)).toEqual([]);
  });

  test("a debit takes what is there, once, and can be found by its cause", async () => {
    const { store, key, now } = await funded(100);
    const [one, other] = [newDebit("expiry:A:1", key, money(30)), newDebit("expiry:AA:1", key, money(1))];
    expect(await store.take(one)).toBe(true);
    expect(await store.take(newDebit("expiry:A:1", key, money(5)))).toBe(false);
    expect(await store.take(other)).toBe(true);
    expect(await now()).toMatchObject({ available: 69n, funded: 69n, spent: 0n });
    expect(await store.taken(key.purse, region, "expiry:A:")).toEqual([one]);
    expect(await store.taken(key.purse, region, "expiry:")).toHaveLength(2);
    expect(await store.taken(key.purse, "us-east-1", "expiry:")).toEqual([]);
  });

  test("an id is a purse's own: another purse is credited and debited under the same", async () => {
    const [one, other] = [await funded(10), await funded(10)];
    if (one.store !== other.store) await one.store.create(other.key, money(10));
    for (const { key } of [one, other]) {
      expect(await one.store.receive(newCredit("grant:A", key, money(5)))).toBe(true);
      expect(await one.store.take(newDebit("expiry:A:1", key, money(4)))).toBe(true);
      expect(await one.store.find(key)).toMatchObject({ available: 11n, funded: 11n });
    }
  });

  test("a debit takes nothing that a lease holds, and nothing of a cell that is not there", async () => {
    const { store, key, now } = await funded(100);
    await store.write([{ cell: key, open: opening(newLease(), 80), close: [] }]);
    expect(await store.take(newDebit("expiry:A:1", key, money(21)))).toBe(false);
    expect(await store.take(newDebit("expiry:A:1", { ...key, shard: 5 }, money(1)))).toBe(false);
    expect(await store.taken(key.purse, region, "expiry:")).toEqual([]);
    expect(await store.take(newDebit("expiry:A:1", key, money(20)))).toBe(true);
    expect(await now()).toMatchObject({ available: 0n, funded: 80n });
  });

  test("a credit for a cell that is not there is not lost: it fails, and can be received later", async () => {
    const { store, key } = await funded(0);
    const credit = newCredit("top-up:1", { ...key, shard: 3 }, money(5));
    await expect(store.receive(credit)).rejects.toThrow("there is no cell");
    await store.create(credit.to, zero);
    expect(await store.receive(credit)).toBe(true);
  });
});
