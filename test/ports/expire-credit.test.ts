import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cells, Debits, Transfers } from "../../core/admission/ports.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { newTransfer } from "../../core/admission/transfer.ts";
import { addCredit } from "../../core/billing/add-credit.ts";
import { expireCredit } from "../../core/billing/expire-credit.ts";
import { parseGrantId } from "../../core/billing/ledger/grant.ts";
import type { Ledger } from "../../core/billing/ledger/ledger.ts";
import { customerId, newUlid } from "../../core/identifiers.ts";
import { picodollars, zero } from "../../core/money.ts";
import { after } from "../../core/time.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { debits } from "../../functions/adapters/dynamodb/debits.ts";
import { ledger } from "../../functions/adapters/dynamodb/ledger.ts";
import { transfers } from "../../functions/adapters/dynamodb/transfers.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryCells } from "../support/memory-cells.ts";
import { memoryLedger } from "../support/memory-ledger.ts";
import { present } from "../support/present.ts";
import { sampleNow } from "../support/samples.ts";
import { seededRandom } from "../simulation/random.ts";

const homeRegion = "eu-west-1";
const random = seededRandom(3);
const hourMs = 3_600_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.createTable("accounts");
});
afterAll(() => database.stop());

type Stores = { readonly store: Cells & Transfers & Debits; readonly ledger: Ledger };

const stores: readonly (readonly [string, () => Stores])[] = [
  ["in memory", () => ({ store: memoryCells(homeRegion), ledger: memoryLedger() })],
  [
    "in DynamoDB",
    () => ({
      store: {
        ...cells(database.dynamoDb, "accounts"),
        ...transfers(database.dynamoDb, "accounts"),
        ...debits(database.dynamoDb, "accounts"),
      },
      ledger: ledger(database.dynamoDb, "accounts"),
    }),
  ],
];

test.each(stores)("what has expired is taken once, also by three at once, %s", async (_name, open) => {
  const { store, ledger } = open();
  const ports = { cells: store, transfers: store, debits: store, ledger, homeRegion };
  const customer = customerId(newUlid(sampleNow, random.bytes));
  const grant = { customer, kind: "paid", priority: 0, createdAt: sampleNow } as const;
  const ids = ["grt_SHORT", "grt_LONG"].map((id) => present(parseGrantId(id)));
  const [short, long] = [present(ids[0]), present(ids[1])];
  const expiresAt = after(sampleNow, hourMs);
  await addCredit(ports, { ...grant, id: short, amount: picodollars(70n), expiresAt });
  await addCredit(ports, { ...grant, id: long, amount: picodollars(50n) });
  const { id: purse } = walletPurse(customer);
  const [from, to] = [0, 1].map((shard) => ({ purse, region: homeRegion, shard }));
  await store.create(present(to), zero);
  // No cell has as much as is to be taken.
  const moved = { from: present(from), to: present(to), amount: picodollars(60n) };
  const transfer = newTransfer(moved, sampleNow, random.bytes);
  await store.give(transfer);
  await store.receive(transfer);

  const now = after(expiresAt, hourMs);
  expect(await expireCredit(ports, customer, after(now, -1))).toBe(0n);
  await Promise.all([1, 2, 3].map(() => expireCredit(ports, customer, now)));
  expect(await expireCredit(ports, customer, now)).toBe(0n);
  const all = await store.ofPurse(purse);
  expect(all.reduce((sum, { available }) => sum + available, 0n)).toBe(50n);
  expect(await ledger.book(customer)).toMatchObject({
    grants: [{ id: long, remaining: 50n }],
    balances: { wallet: 50n, "write-off": 70n, clearing: -120n },
  });
});
