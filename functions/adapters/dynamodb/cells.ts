import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { assert } from "../../../core/assert.ts";
import type { LeaseWrite } from "../../../core/admission/lease-write.ts";
import type { Cells, LeaseWriteOutcome } from "../../../core/admission/ports.ts";
import { cellPrefix, tableKeys } from "../../contract.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import { cellItemKey, readCell } from "./cell-item.ts";
import { type Item, writeItem } from "./item.ts";
import { leaseUpdate } from "./lease-update.ts";
import { queryAll } from "./query-all.ts";
import { despiteConflicts, transact } from "./transact.ts";

/** Cells in the accounts table: partition = purse, sort = `CELL#<region>#<shard>`. */
export const cells = (client: DynamoDb, table: string): Cells => ({
  async find(key) {
    const { Item: item } = await client.getItem({
      TableName: table,
      Key: cellItemKey(key),
      ConsistentRead: true,
    });
    return item && readCell(item);
  },
  async ofPurse(purse) {
    return (await queryAll(client, table, purse, cellPrefix)).map(readCell);
  },
  async create(key, funded) {
    const item: Item = {
      ...cellItemKey(key),
      ...writeItem({ funded, available: funded, spent: 0n, grants: {} }),
    };
    const condition = `attribute_not_exists(${tableKeys.partition})`;
    await client
      .putItem({ TableName: table, Item: item, ConditionExpression: condition })
      .catch((error: unknown) => {
        // Somebody was faster: there is a cell, which is what was wanted.
        if (!isConditionFailed(error)) throw error;
      });
  },
  async write(writes) {
    const [only, ...others] = writes;
    assert(only !== undefined, "a write concerns at least one cell");
    // A closed lease is never opened again, so a write that closes one cannot take effect twice. Others need a token.
    return others.length === 0 && only.close.length > 0
      ? writeOne(client, table, only)
      : writeTogether(client, table, writes);
  },
});

const writeOne = async (client: DynamoDb, table: string, write: LeaseWrite): Promise<LeaseWriteOutcome> => {
  const input = { ...leaseUpdate(table, write), ReturnValues: "ALL_NEW" } satisfies UpdateItemCommandInput;
  try {
    const { Attributes: item } = await despiteConflicts(() => client.updateItem(input));
    return { ok: true, seen: item ? [readCell(item)] : [] };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return { ok: false, seen: error.Item ? [readCell(error.Item)] : [] };
  }
};

/** A transaction's token holds for ten minutes: the same transaction, arriving again, is acknowledged and changes nothing. */
const writeTogether = async (
  client: DynamoDb,
  table: string,
  writes: readonly LeaseWrite[],
): Promise<LeaseWriteOutcome> => {
  const token = writes.find(({ open }) => open)?.open?.lease;
  const outcome = await transact(client, {
    TransactItems: writes.map((write) => ({ Update: leaseUpdate(table, write) })),
    ...(token !== undefined && { ClientRequestToken: token }),
  });
  if (outcome.ok) return { ok: true, seen: [] };
  return {
    ok: false,
    seen: outcome.reasons.flatMap((reason) => (reason?.Item ? [readCell(reason.Item)] : [])),
  };
};
