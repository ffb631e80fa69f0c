import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { tableKeys } from "../../contract.ts";
import type { Item } from "./item.ts";

/** Stores an item unless one with its key is there. Rejects if after retries neither is known. */
export type PutNewItem = (table: string, item: Item) => Promise<"stored" | "exists">;

export const putNewItem =
  (client: DynamoDBClient): PutNewItem =>
  async (table, item) => {
    const condition = `attribute_not_exists(${tableKeys.partition})`;
    try {
      await client.send(new PutItemCommand({ TableName: table, Item: item, ConditionExpression: condition }));
      return "stored";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "exists";
      throw error;
    }
  };
