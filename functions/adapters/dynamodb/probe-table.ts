import type { DynamoDb } from "./dynamo-db.ts";
import { itemKey } from "./item.ts";

/** Reads an item that is not there: the cheapest proof that a table, its key and our permission on it work. Rejects if not. */
export const probeTable = async (client: DynamoDb, table: string): Promise<void> => {
  await client.getItem({ TableName: table, Key: itemKey("HEALTH", "PROBE") });
};
