import { tableKeys } from "../../contract.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import type { Item } from "./item.ts";
import { queryPages } from "./query-pages.ts";

/** The items of a partition whose sort key begins with `prefix`, or all of them; all pages of them, with every write acknowledged before. */
export const queryAll = async (
  client: DynamoDb,
  table: string,
  partition: string,
  prefix?: string,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  const pages = queryPages(client, {
    TableName: table,
    KeyConditionExpression: `${tableKeys.partition} = :partition${
      prefix === undefined ? "" : ` AND begins_with(${tableKeys.sort}, :prefix)`
    }`,
    ExpressionAttributeValues: {
      ":partition": { S: partition },
      ...(prefix !== undefined && { ":prefix": { S: prefix } }),
    },
    ConsistentRead: true,
  });
  for await (const page of pages) items.push(...page);
  return items;
};
