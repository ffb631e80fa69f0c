import { tableKeys } from "../../contract.ts";
import type { DynamoDb, QueryPage } from "./dynamo-db.ts";
import type { Item } from "./item.ts";

/** The items of a partition whose sort key begins with `prefix`, or all of them; all pages of them, with every write acknowledged before. */
export const queryAll = async (
  client: DynamoDb,
  table: string,
  partition: string,
  prefix?: string,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page: QueryPage = await client.query({
      TableName: table,
      KeyConditionExpression: `${tableKeys.partition} = :partition${
        prefix === undefined ? "" : ` AND begins_with(${tableKeys.sort}, :prefix)`
      }`,
      ExpressionAttributeValues: {
        ":partition": { S: partition },
        ...(prefix !== undefined && { ":prefix": { S: prefix } }),
      },
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
    });
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
};
