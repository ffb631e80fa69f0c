import { expect, test } from "vitest";
import { accounts } from "../../../../core/billing/ledger/account.ts";
import { addPostings, bookAfter } from "../../../../core/billing/ledger/account-book.ts";
import { type PostStatus, post } from "../../../../core/billing/ledger/post.ts";
import type { Posting, Transfer } from "../../../../core/billing/ledger/transfer.ts";
import { transferId } from "../../../../core/billing/ledger/transfer-id.ts";
import { picodollars } from "../../../../core/money.ts";
import { sampleCustomer } from "../../../support/billing-samples.ts";
import { memoryLedger } from "../../../support/memory-ledger.ts";
import { present } from "../../../support/present.ts";
import { sampleNow } from "../../../support/samples.ts";
import { textTable } from "../../../support/text-table.ts";

const postingsOf = (text: string): readonly Posting[] =>
  [...text.matchAll(/([a-z-]+) ([+-]\d+)/g)].map(([, name, amount = "0"]) => ({
    account: present(
      accounts.find((account) => account === name),
      name,
    ),
    amount: picodollars(BigInt(amount)),
  }));

const transferOf = (what: string, postings: string): Transfer => ({
  id: transferId("grant", what),
  customer: sampleCustomer,
  cause: "grant",
  at: sampleNow,
  postings: postingsOf(postings),
  draws: [],
});

/** Posts the rows one after the other; yields what became of each. */
const postAll = async (rows: readonly (readonly string[])[]) => {
  const ledger = memoryLedger();
  const statuses: string[] = [];
  for (const [what = "", postings = ""] of rows) {
    const transfer = transferOf(what, postings);
    const { status } = await post(ledger, sampleCustomer, transfer.id, ({ grants }) => ({
      transfer,
      grants,
    }));
    statuses.push(status satisfies PostStatus);
  }
  return { ledger, statuses };
};

const rows = textTable(`
  id | postings                                   | status
  A  | clearing -100, wallet +100                 | created
  A  | clearing -100, wallet +100                 | exists
  A  | wallet +100, clearing -100                 | exists
  A  | clearing -101, wallet +101                 | exists_with_other_content
  A  | clearing -100, promotional +100            | exists_with_other_content
  A  | clearing -100, wallet +60, rounding +40    | exists_with_other_content
  B  | wallet -30, revenue +30                    | created
  C  | wallet -30, promotional -10, revenue +40   | created
  D  | wallet -30, revenue +31                    | not_balanced
  D  | wallet -30, revenue +29                    | not_balanced
  D  | wallet -30                                 | too_few_postings
  D  |                                            | too_few_postings
  D  | wallet -30, wallet +30                     | account_named_twice
  D  | wallet +0, revenue +0                      | amount_zero
  D  | wallet -30, revenue +30, rounding +0       | amount_zero
  D  | clearing -1000000000000000000000000, wallet +1000000000000000000000000 | amount_absurd
  D  | clearing -999999999999999999999999, wallet +999999999999999999999999   | created
  A  | clearing -100, wallet +100                 | exists
`);

test("a transfer is posted once, balanced or not at all", async () => {
  const { statuses } = await postAll(rows);
  expect(statuses.map((status, index) => [...(rows[index] ?? []).slice(0, 2), status])).toEqual(rows);
});

test("the book is what the transfers add up to, and adds up to zero", async () => {
  const { ledger } = await postAll(rows);
  const book = await ledger.book(sampleCustomer);
  let replayed = (await memoryLedger().book(sampleCustomer)).balances;
  let count = 0;
  for await (const transfer of ledger.list(sampleCustomer)) {
    replayed = addPostings(replayed, transfer);
    count += 1;
  }
  expect(book.balances).toEqual(replayed);
  expect(book.version).toBe(count);
  expect(Object.values(book.balances).reduce<bigint>((sum, balance) => sum + balance, 0n)).toBe(0n);
});

test("a posting that loses a race looks at the book again", async () => {
  const ledger = memoryLedger();
  const rival = transferOf("RIVAL", "clearing -5, wallet +5");
  let isFirst = true;
  const racing = {
    ...ledger,
    async append(...written: Parameters<typeof ledger.append>) {
      if (isFirst) {
        isFirst = false;
        await ledger.append(rival, bookAfter(await ledger.book(sampleCustomer), rival, []));
      }
      return ledger.append(...written);
    },
  };
  const transfer = transferOf("MINE", "clearing -7, wallet +7");
  const posted = await post(racing, sampleCustomer, transfer.id, ({ grants }) => ({ transfer, grants }));
  expect(posted.status).toBe("created");
  expect((await ledger.book(sampleCustomer)).balances.wallet).toBe(12n);
});
