import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { DynamoDb, QueryPage } from "./dynamo-db.ts";
import type { Item } from "./item.ts";

/** The pages of a query, each read when it is asked for. */
export async function* queryPages(
  client: DynamoDb,
  input: QueryCommandInput,
): AsyncGenerator<readonly Item[]> {
  let start: Item | undefined;
  do {
    const page: QueryPage = await client.query({ ...input, ...(start && { ExclusiveStartKey: start }) });
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
