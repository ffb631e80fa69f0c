import { tableKeys } from "../../contract.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import type { Item } from "./item.ts";
import { despiteConflicts } from "./transact.ts";

/** Stores an item unless one with its key is there, and resolves with the one that is. Rejects if after retries that is not known. */
export const putNewItem = async (client: DynamoDb, table: string, item: Item): Promise<Item> => {
  try {
    await despiteConflicts(() =>
      client.putItem({
        TableName: table,
        Item: item,
        ConditionExpression: `attribute_not_exists(${tableKeys.partition})`,
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    return item;
  } catch (error) {
    if (isConditionFailed(error) && error.Item) return error.Item;
    throw error;
  }
};
