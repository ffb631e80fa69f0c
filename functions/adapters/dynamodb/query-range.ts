import { tableKeys } from "../../contract.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import type { Item } from "./item.ts";
import { queryPages } from "./query-pages.ts";

/** Sort keys from `from` on and before `before`; both are plain text and compared byte by byte. */
export type SortRange = { readonly from: string; readonly before: string };

/** The items of a range of one partition, in the order of their sort keys, page by page. Sees all acknowledged writes. */
export async function* queryRange(
  client: DynamoDb,
  table: string,
  partition: string,
  { from, before }: SortRange,
): AsyncGenerator<Item> {
  const pages = queryPages(client, {
    TableName: table,
    // BETWEEN includes its end, which the range does not: it is left out below.
    KeyConditionExpression: `${tableKeys.partition} = :partition AND ${tableKeys.sort} BETWEEN :from AND :before`,
    ExpressionAttributeValues: {
      ":partition": { S: partition },
      ":from": { S: from },
      ":before": { S: before },
    },
    ConsistentRead: true,
  });
  for await (const page of pages) for (const item of page) if (item[tableKeys.sort]?.S !== before) yield item;
}
