import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { tableKeys } from "../../contract.ts";
import type { Item } from "./item.ts";

/** The items of a partition whose sort key begins with `prefix`, or all of them; all pages of them, with every write acknowledged before. */
export const queryAll = async (
  client: DynamoDBClient,
  table: string,
  partition: string,
  prefix?: string,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
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
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
};
