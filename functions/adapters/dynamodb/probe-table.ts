import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { itemKey } from "./item.ts";

/** Reads an item that is not there: the cheapest proof that a table, its key and our permission on it work. Rejects if not. */
export const probeTable = async (client: DynamoDBClient, table: string): Promise<void> => {
  await client.send(new GetItemCommand({ TableName: table, Key: itemKey("HEALTH", "PROBE") }));
};
