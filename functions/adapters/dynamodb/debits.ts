import * as z from "zod";
import type { Debits } from "../../../core/admission/ports.ts";
import { type Debit, parseCreditId } from "../../../core/admission/transfer.ts";
import { parsedBy } from "../../parsed-by.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { cellKeySchema, plainCellKey } from "./cell-item.ts";
import { debitCell, putOnce } from "./cell-money.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { queryAll } from "./query-all.ts";
import { money } from "./schemas.ts";
import { transact } from "./transact.ts";

/** Receipts of debits lie in their purse's partition, sorted by the region of the cell, which writes them. */
const debitPrefix = (region: string): string => `DEBIT#${region}#`;

const schema = z.object({ id: parsedBy(parseCreditId), from: cellKeySchema, amount: money });

const debitItem = ({ id, from, amount }: Debit): Item => ({
  ...itemKey(from.purse, `${debitPrefix(from.region)}${id}`),
  ...writeItem({ id, from: plainCellKey(from), amount }),
});

export const debits = (client: DynamoDb, table: string): Debits => ({
  async take(debit) {
    const taken = await transact(client, {
      TransactItems: [putOnce(table, debitItem(debit)), debitCell(table, debit.from, debit.amount)],
    });
    return taken.ok;
  },
  async taken(purse, region, cause) {
    const items = await queryAll(client, table, purse, `${debitPrefix(region)}${cause}`);
    return items.map((item) => schema.parse(readItem(item)));
  },
});
