import type * as z from "zod";
import { emptyBook } from "../../../core/billing/ledger/account-book.ts";
import type { Ledger } from "../../../core/billing/ledger/ledger.ts";
import { transferCauses, usagePrefix } from "../../../core/billing/ledger/transfer-id.ts";
import type { CustomerId } from "../../../core/identifiers.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { plainMembers } from "./billing-plain.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { bookSchema, transferSchema } from "./ledger-schemas.ts";
import { followsStored, isNew } from "./next-version.ts";
import { type SortRange, queryRange } from "./query-range.ts";
import { transact } from "./transact.ts";

const partitionOf = (customer: CustomerId): string => `LEDGER#${customer}`;
const bookKey = "BOOK";
/** After the keys of all transfers, which start with their causes. */
const allTransfers: SortRange = { from: transferCauses.toSorted()[0] ?? "", before: "~" };

/** The accounts table: a partition per customer, holding the book and one item per transfer, sorted by its id. */
export const ledger = (client: DynamoDb, table: string): Ledger => {
  const read = async (customer: CustomerId, sort: string): Promise<Item | undefined> => {
    const key = itemKey(partitionOf(customer), sort);
    return (await client.getItem({ TableName: table, Key: key, ConsistentRead: true })).Item;
  };
  async function* range(customer: CustomerId, sorts: SortRange) {
    for await (const item of queryRange(client, table, partitionOf(customer), sorts))
      yield parse(transferSchema, item);
  }
  return {
    async find(customer, id) {
      const item = await read(customer, id);
      return item && parse(transferSchema, item);
    },
    async book(customer) {
      const item = await read(customer, bookKey);
      return item ? parse(bookSchema, item) : emptyBook(customer);
    },
    async append(transfer, next) {
      const partition = partitionOf(transfer.customer);
      const put = (sort: string, fields: Parameters<typeof plainMembers>[0]) => ({
        TableName: table,
        Item: { ...itemKey(partition, sort), ...writeItem(plainMembers(fields)) },
      });
      const { ok } = await transact(client, {
        TransactItems: [
          { Put: { ...put(transfer.id, transfer), ...isNew } },
          { Put: { ...put(bookKey, next), ...followsStored(next.version) } },
        ],
      });
      return ok;
    },
    list: (customer) => range(customer, allTransfers),
    listUsage: (customer, from, until) =>
      range(customer, { from: usagePrefix(from), before: usagePrefix(until) }),
  };
};

const parse = <Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> =>
  schema.parse(readItem(item));
