import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addGrant } from "../../core/billing/ledger/add-grant.ts";
import { bookAfter, emptyBook } from "../../core/billing/ledger/account-book.ts";
import { postExpiry } from "../../core/billing/ledger/post-expiry.ts";
import { parseGrantId } from "../../core/billing/ledger/grant.ts";
import type { Ledger } from "../../core/billing/ledger/ledger.ts";
import { postUsage } from "../../core/billing/ledger/post-usage.ts";
import type { Transfer } from "../../core/billing/ledger/transfer.ts";
import { transferId } from "../../core/billing/ledger/transfer-id.ts";
import { type CustomerId, customerId, newUlid } from "../../core/identifiers.ts";
import { picodollars } from "../../core/money.ts";
import { after } from "../../core/time.ts";
import { ledger } from "../../functions/adapters/dynamodb/ledger.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { memoryLedger } from "../support/memory-ledger.ts";
import { present } from "../support/present.ts";
import { countingBytes, sampleNow } from "../support/samples.ts";

let database: TestDatabase;
let table: string;
beforeAll(async () => {
  database = await startTestDatabase();
  table = await database.createTable("accounts");
});
afterAll(() => database.stop());

const bytes = countingBytes();
const newCustomer = (): CustomerId => customerId(newUlid(sampleNow, bytes));
const hourMs = 3_600_000;

const grantTo = (customer: CustomerId, name: string, amount: bigint) => ({
  id: present(parseGrantId(`grt_${name}`)),
  customer,
  kind: "promotional" as const,
  amount: picodollars(amount),
  priority: 3,
  expiresAt: after(sampleNow, 10 * hourMs),
  createdAt: sampleNow,
});

const transferTo = (customer: CustomerId, what: string, amount: bigint): Transfer => ({
  id: transferId("grant", what),
  customer,
  cause: "grant",
  at: sampleNow,
  postings: [
    { account: "clearing", amount: picodollars(-amount) },
    { account: "wallet", amount: picodollars(amount) },
  ],
  draws: [],
});

const all = async <Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> => {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
};

describe.each<[string, () => Ledger]>([
  ["memory", memoryLedger],
  ["DynamoDB", () => ledger(database.dynamoDb, table)],
])("the ledger in %s", (_, open) => {
  test("an unknown customer has an empty book and no transfers", async () => {
    const customer = newCustomer();
    const ledger = open();
    expect(await ledger.book(customer)).toEqual(emptyBook(customer));
    expect(await all(ledger.list(customer))).toEqual([]);
    expect(await ledger.find(customer, transferId("grant", "x"))).toBeUndefined();
  });

  test("transfers and books read back as they were written, to the picodollar", async () => {
    const customer = newCustomer();
    const ledger = open();
    await addGrant(ledger, grantTo(customer, "A", 10n ** 24n - 1n));
    const usage = {
      customer,
      cell: "wallet#eu-west-1#0",
      hour: sampleNow,
      spent: picodollars(123_456_789_012_345_678n),
    };
    const posted = await postUsage(ledger, usage);
    expect(posted.status).toBe("created");
    const transfers = await all(ledger.list(customer));
    expect(transfers).toHaveLength(2);
    expect(transfers).toContainEqual("transfer" in posted ? posted.transfer : undefined);
    const book = await ledger.book(customer);
    expect(book.posted).toEqual({ [usage.cell]: usage.spent });
    expect(book.version).toBe(2);
    expect(book.balances.revenue).toBe(123_456_789_012_345_678n);
    expect(book.grants).toEqual([
      {
        id: "grt_A",
        kind: "promotional",
        amount: 10n ** 24n - 1n,
        remaining: 10n ** 24n - 1n - 123_456_789_012_345_678n,
        priority: 3,
        expiresAt: after(sampleNow, 10 * hourMs),
        createdAt: sampleNow,
      },
    ]);
  });

  test("a transfer whose id is taken is not appended, and the book stays", async () => {
    const customer = newCustomer();
    const ledger = open();
    const first = transferTo(customer, "A", 5n);
    const one = bookAfter(emptyBook(customer), first, []);
    expect(await ledger.append(first, one)).toBe(true);
    const again = transferTo(customer, "A", 6n);
    expect(await ledger.append(again, bookAfter(one, again, []))).toBe(false);
    expect(await ledger.book(customer)).toEqual(one);
    expect(await ledger.find(customer, first.id)).toEqual(first);
  });

  test("a book that is not the stored one's successor is refused, and its transfer with it", async () => {
    const customer = newCustomer();
    const ledger = open();
    const first = transferTo(customer, "A", 5n);
    const stale = transferTo(customer, "B", 7n);
    await ledger.append(first, bookAfter(emptyBook(customer), first, []));
    expect(await ledger.append(stale, bookAfter(emptyBook(customer), stale, []))).toBe(false);
    expect(await ledger.find(customer, stale.id)).toBeUndefined();
  });

  test("of usage posted at once by many, nothing is lost and nothing is double", async () => {
    const customer = newCustomer();
    const ledger = open();
    await addGrant(ledger, grantTo(customer, "A", 100n));
    const posts = [0, 1, 2, 3, 0, 1, 2, 3].map((cell) =>
      postUsage(ledger, { customer, cell: `c${cell}`, hour: sampleNow, spent: picodollars(30n) }),
    );
    const statuses = (await Promise.all(posts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === "created")).toHaveLength(4);
    // Those that came too late found their cell posted, or its transfer.
    expect(statuses.filter((status) => status === "nothing_to_post" || status === "exists")).toHaveLength(4);
    const { balances, grants } = await ledger.book(customer);
    expect(balances).toMatchObject({ revenue: 120n, promotional: 0n, wallet: -20n });
    expect(grants).toEqual([]);
  });

  test("usage is listed by its hour: from the first on, before the last", async () => {
    const customer = newCustomer();
    const ledger = open();
    await addGrant(ledger, grantTo(customer, "A", 5n));
    let spent = 0n;
    for (const hours of [2, 0, 1, 3])
      await postUsage(ledger, {
        customer,
        cell: "~",
        hour: after(sampleNow, hours * hourMs),
        // The hours are not posted in their order: what the last one saw was spent in all.
        spent: picodollars((spent += 1n)),
      });
    const listed = await all(
      ledger.listUsage(customer, after(sampleNow, hourMs), after(sampleNow, 3 * hourMs)),
    );
    expect(listed.map(({ at }) => at)).toEqual([after(sampleNow, hourMs), after(sampleNow, 2 * hourMs)]);
    expect(await all(ledger.list(customer))).toHaveLength(5);
  });

  test("customers do not see each other's transfers", async () => {
    const ledger = open();
    const [one, other] = [newCustomer(), newCustomer()];
    await addGrant(ledger, grantTo(one, "SAME", 5n));
    await addGrant(ledger, grantTo(other, "SAME", 7n));
    expect((await ledger.book(one)).balances.promotional).toBe(5n);
    expect(await all(ledger.list(other))).toHaveLength(1);
  });

  test("what expires leaves the book", async () => {
    const customer = newCustomer();
    const ledger = open();
    await addGrant(ledger, grantTo(customer, "A", 5n));
    const { id: grant, expiresAt: at } = grantTo(customer, "A", 5n);
    const expiry = { customer, grant, at, part: 1, amount: picodollars(5n) };
    for (let time = 0; time < 2; time++) expect(await postExpiry(ledger, expiry)).toBe(5n);
    expect(await ledger.book(customer)).toMatchObject({
      grants: [],
      balances: { promotional: 0n, "write-off": 0n },
    });
  });
});
