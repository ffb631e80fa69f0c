import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { tableKeys } from "../../contract.ts";
import type { Item } from "./item.ts";

/** Stores an item unless one with its key is there, and resolves with the one that is. Rejects if after retries that is not known. */
export type PutNewItem = (table: string, item: Item) => Promise<Item>;

export const putNewItem =
  (client: DynamoDBClient): PutNewItem =>
  async (table, item) => {
    const condition = `attribute_not_exists(${tableKeys.partition})`;
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: item,
          ConditionExpression: condition,
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return item;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item) return error.Item;
      throw error;
    }
  };
