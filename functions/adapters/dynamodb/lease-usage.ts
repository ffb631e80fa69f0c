import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import type { LeaseUsage } from "../../../core/admission/ports.ts";
import { picodollars } from "../../../core/money.ts";
import { tableKeys } from "../../contract.ts";
import type { Item } from "./item.ts";

/** The cost of a lease's requests, from the usage table, where a lease is a partition. */
export const leaseUsage = (client: DynamoDBClient, table: string): LeaseUsage => ({
  async spentBy(lease) {
    let spent = 0n;
    let start: Item | undefined;
    do {
      const page: QueryCommandOutput = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: `${tableKeys.partition} = :lease`,
          ProjectionExpression: "cost",
          ExpressionAttributeValues: { ":lease": { S: lease } },
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      for (const { cost } of page.Items ?? []) {
        if (cost?.N === undefined) throw new Error(`a usage event of ${lease} has no cost`);
        spent += BigInt(cost.N);
      }
      start = page.LastEvaluatedKey;
    } while (start);
    return picodollars(spent);
  },
});
