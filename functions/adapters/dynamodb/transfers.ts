import * as z from "zod";
import { cellName } from "../../../core/admission/cell.ts";
import type { Transfers } from "../../../core/admission/ports.ts";
import { type Transfer, parseCreditId } from "../../../core/admission/transfer.ts";
import { parsedBy } from "../../parsed-by.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { cellKeySchema, plainCellKey } from "./cell-item.ts";
import { creditCell, debitCell, putOnce } from "./cell-money.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { queryAll } from "./query-all.ts";
import { money } from "./schemas.ts";
import { transact } from "./transact.ts";

/**
 * Transfers and receipts lie in their purse's partition, sorted by the receiver's region. A transfer is written by the
 * giver's region only, its receipt by the receiver's only: no item has two writers, so replication has nothing to merge.
 */
const transferPrefix = (region: string): string => `TRANSFER#${region}#`;
const receiptPrefix = (region: string): string => `RECEIPT#${region}#`;

const schema = z.object({
  id: parsedBy(parseCreditId),
  from: cellKeySchema,
  to: cellKeySchema,
  amount: money,
});

const readTransfer = (item: Item): Transfer => schema.parse(readItem(item));

const transferItem = ({ id, from, to, amount }: Transfer): Item => ({
  ...itemKey(to.purse, `${transferPrefix(to.region)}${id}`),
  ...writeItem({ id, from: plainCellKey(from), to: plainCellKey(to), amount }),
});

export const transfers = (client: DynamoDb, table: string): Transfers => {
  return {
    async give(transfer) {
      const debit = debitCell(table, transfer.from, transfer.amount);
      const outcome = await transact(client, {
        TransactItems: [putOnce(table, transferItem(transfer)), debit],
      });
      if (outcome.ok) return true;
      const [alreadyGiven] = outcome.reasons;
      return alreadyGiven !== undefined;
    },
    async receive({ id, to, amount }) {
      const receipt = {
        ...itemKey(to.purse, `${receiptPrefix(to.region)}${id}`),
        ...writeItem({ id, amount }),
      };
      const credit = creditCell(table, to, amount);
      const outcome = await transact(client, { TransactItems: [putOnce(table, receipt), credit] });
      if (outcome.ok) return true;
      const [alreadyReceived] = outcome.reasons;
      if (alreadyReceived === undefined) throw new Error(`there is no cell ${cellName(to)} to credit`);
      return false;
    },
    async pending(purse, region) {
      const [sent, receipts] = await Promise.all([
        queryAll(client, table, purse, transferPrefix(region)),
        queryAll(client, table, purse, receiptPrefix(region)),
      ]);
      const received = new Set(receipts.map((item) => item["id"]?.S));
      return sent.map(readTransfer).filter(({ id }) => !received.has(id));
    },
  };
};
