import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addGrant } from "../../../../core/billing/ledger/add-grant.ts";
import { postExpiry } from "../../../../core/billing/ledger/post-expiry.ts";
import { type GrantKind, parseGrantId } from "../../../../core/billing/ledger/grant.ts";
import type { Ledger } from "../../../../core/billing/ledger/ledger.ts";
import { postUsage } from "../../../../core/billing/ledger/post-usage.ts";
import { picodollars } from "../../../../core/money.ts";
import { after, epochMs } from "../../../../core/time.ts";
import { sampleCustomer } from "../../../support/billing-samples.ts";
import { memoryLedger } from "../../../support/memory-ledger.ts";
import { present } from "../../../support/present.ts";
import { sampleNow } from "../../../support/samples.ts";
import { textTable } from "../../../support/text-table.ts";

const hourMs = 3_600_000;
const hourOf = (text: string) => after(sampleNow, Number(text) * hourMs);

const step = async (ledger: Ledger, [what, name = "", amount = "0", at = "0", more]: readonly string[]) => {
  const value = picodollars(BigInt(amount));
  if (what === "usage")
    return (await postUsage(ledger, { customer: sampleCustomer, cell: name, hour: hourOf(at), spent: value }))
      .status;
  if (what === "expire") {
    const grant = present(parseGrantId(`grt_${name}`));
    const part = { customer: sampleCustomer, grant, at: hourOf(at), part: Number(more), amount: value };
    return `${await postExpiry(ledger, part)} expired`;
  }
  const [priority, expires] = (more ?? "").split(" ");
  const kind: GrantKind = what === "promotional" ? "promotional" : "paid";
  const { status } = await addGrant(ledger, {
    id: present(parseGrantId(`grt_${name}`)),
    customer: sampleCustomer,
    kind,
    amount: value,
    priority: Number(priority),
    ...(expires && { expiresAt: hourOf(expires) }),
    createdAt: hourOf(at),
  });
  return status;
};

/** Runs the steps in order; each row's last two cells are what became of it, and the balances that are not zero. */
const run = async (rows: readonly (readonly string[])[]) => {
  const ledger = memoryLedger();
  const results: string[][] = [];
  for (const row of rows) {
    const status = await step(ledger, row);
    const { balances } = await ledger.book(sampleCustomer);
    const open = Object.entries(balances).filter(([, balance]) => balance !== 0n);
    results.push([status, open.map(([account, balance]) => `${account} ${balance}`).join(" ")]);
  }
  return results;
};

test.each([
  [
    "promotional credit burns before money where its priority says so, and usage beyond all grants is on credit",
    `
    step        | name | amount | hour | priority, expires | status  | balances
    paid        | P    | 100    | 0    | 1                 | created | wallet 100 clearing -100
    promotional | S    | 30     | 0    | 0                 | created | wallet 100 promotional 30 write-off -30 clearing -100
    usage       | c1   | 20     | 1    |                   | created | wallet 100 promotional 10 revenue 20 write-off -30 clearing -100
    usage       | c1   | 20     | 1    |                   | nothing_to_post | wallet 100 promotional 10 revenue 20 write-off -30 clearing -100
    usage       | c1   | 19     | 2    |                   | nothing_to_post | wallet 100 promotional 10 revenue 20 write-off -30 clearing -100
    usage       | c2   | 20     | 1    |                   | created | wallet 90 revenue 40 write-off -30 clearing -100
    usage       | c1   | 21     | 1    |                   | exists  | wallet 90 revenue 40 write-off -30 clearing -100
    usage       | c1   | 115    | 2    |                   | created | wallet -5 revenue 135 write-off -30 clearing -100
    `,
  ],
  [
    "what expires goes to write-off, each part once and never more than is left; later usage finds nothing of it",
    `
    step        | name | amount | hour | priority, expires; part | status    | balances
    promotional | S    | 30     | 0    | 0 5               | created   | promotional 30 write-off -30
    paid        | P    | 50     | 0    | 1 9               | created   | wallet 50 promotional 30 write-off -30 clearing -50
    usage       | c1   | 10     | 4    |                   | created   | wallet 50 promotional 20 revenue 10 write-off -30 clearing -50
    expire      | S    | 15     | 5    | 1                 | 15 expired | wallet 50 promotional 5 revenue 10 write-off -15 clearing -50
    expire      | S    | 15     | 5    | 1                 | 15 expired | wallet 50 promotional 5 revenue 10 write-off -15 clearing -50
    expire      | S    | 15     | 5    | 2                 | 5 expired  | wallet 50 revenue 10 write-off -10 clearing -50
    expire      | S    | 15     | 5    | 2                 | 5 expired  | wallet 50 revenue 10 write-off -10 clearing -50
    expire      | S    | 15     | 5    | 3                 | 0 expired  | wallet 50 revenue 10 write-off -10 clearing -50
    usage       | c1   | 20     | 5    |                   | created   | wallet 40 revenue 20 write-off -10 clearing -50
    expire      | P    | 40     | 9    | 1                 | 40 expired | revenue 20 write-off 30 clearing -50
    `,
  ],
  [
    "what is not an amount of money is refused and leaves no trace",
    `
    step        | name | amount                     | hour | priority, expires | status                 | balances
    paid        | P    | 0                          | 0    | 1                 | amount_not_positive    |
    paid        | P    | -1                         | 0    | 1                 | amount_not_positive    |
    promotional | P    | -1                         | 0    | 1                 | amount_not_positive    |
    paid        | P    | 1000000000000000000000000  | 0    | 1                 | amount_absurd          |
    paid        | P    | 5                          | 0    | -1                | priority_out_of_range  |
    paid        | P    | 5                          | 0    | 256               | priority_out_of_range  |
    paid        | P    | 5                          | 0    | 0.5               | priority_out_of_range  |
    paid        | P    | 5                          | 3    | 1 3               | expired_from_the_start |
    usage       | c1   | 0                          | 1    |                   | nothing_to_post        |
    usage       | c1   | 1000000000000000000000000  | 1    |                   | amount_absurd          |
    `,
  ],
  [
    "a payment that is reported again, later, is credited once; another amount under its id is not",
    `
    step | name | amount | hour | priority, expires | status                    | balances
    paid | P    | 50     | 0    | 1                 | created                   | wallet 50 clearing -50
    paid | P    | 50     | 7    | 1                 | exists                    | wallet 50 clearing -50
    paid | P    | 51     | 0    | 1                 | exists_with_other_content | wallet 50 clearing -50
    `,
  ],
])("%s", async (_, text) => {
  const rows = textTable(text);
  expect(await run(rows)).toEqual(rows.map((row) => row.slice(-2)));
});

test("a cell that says that it spent less than nothing is a bug, and posts nothing", async () => {
  const ledger = memoryLedger();
  const usage = { customer: sampleCustomer, cell: "c", hour: sampleNow, spent: picodollars(-7n) };
  await expect(postUsage(ledger, usage)).rejects.toThrow("a cell has not spent -7");
  expect((await ledger.book(sampleCustomer)).version).toBe(0);
});

test("however often and whenever a cell is posted, it is earned once, to the picodollar", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ hour: fc.nat(5), cell: fc.nat(1), more: fc.bigInt(0n, 10n), lost: fc.boolean() })),
      async (runs) => {
        const ledger = memoryLedger();
        const spent = [0n, 0n];
        for (const { hour, cell, more, lost } of runs) {
          spent[cell] = (spent[cell] ?? 0n) + more;
          // A reader may see an older state of the cell.
          const seen = picodollars(lost ? (spent[cell] ?? 0n) / 2n : (spent[cell] ?? 0n));
          const usage = { customer: sampleCustomer, cell: `c${cell}`, hour: hourOf(`${hour}`), spent: seen };
          await postUsage(ledger, usage);
        }
        for (const [cell, amount] of spent.entries())
          await postUsage(ledger, {
            customer: sampleCustomer,
            cell: `c${cell}`,
            hour: hourOf("6"),
            spent: picodollars(amount),
          });
        const { balances, posted } = await ledger.book(sampleCustomer);
        expect(balances.revenue).toBe(spent.reduce((sum, amount) => sum + amount));
        expect(posted["c0"] ?? 0n).toBe(spent[0]);
      },
    ),
    { numRuns: 50 },
  ));

test("a repeated posting is told from a new one whatever happened to the grants in between", async () => {
  const ledger = memoryLedger();
  const grant = { customer: sampleCustomer, kind: "paid", priority: 0, createdAt: epochMs(0) } as const;
  await addGrant(ledger, { ...grant, id: present(parseGrantId("grt_A")), amount: picodollars(10n) });
  const usage = { customer: sampleCustomer, cell: "c", hour: sampleNow, spent: picodollars(8n) };
  await postUsage(ledger, usage);
  await addGrant(ledger, { ...grant, id: present(parseGrantId("grt_B")), amount: picodollars(100n) });
  const before = await ledger.book(sampleCustomer);
  expect((await postUsage(ledger, usage)).status).toBe("nothing_to_post");
  expect(await ledger.book(sampleCustomer)).toEqual(before);
});
