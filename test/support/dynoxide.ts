import { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { DynamoDb } from "../../functions/adapters/dynamodb/dynamo-db.ts";
import { connect } from "../../functions/adapters/signed/aws-endpoint.ts";
import { signedDynamoDb } from "../../functions/adapters/signed/dynamo-db.ts";
import { signerFor } from "../../functions/adapters/signed/signature.ts";
import { tableKeys } from "../../functions/contract.ts";
import { startDynoxide } from "../../local/dynamodb/dynoxide-process.ts";

/** A DynamoDB of a test's own, in memory. */
export type TestDatabase = {
  /** As the functions reach it. */
  readonly dynamoDb: DynamoDb;
  /** As the SDK does, for what no function does. */
  readonly sdk: DynamoDB;
  readonly url: URL;
  /** Makes an empty table with the keys that all our tables have. */
  createTable(name: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts dynoxide on a free port. It ends with `stop`, and also when the test's process dies without calling it. */
export const startTestDatabase = async (): Promise<TestDatabase> => {
  const dynoxide = await startDynoxide();
  const url = new URL(dynoxide.url);
  const region = "eu-west-1";
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sdk = new DynamoDB({ endpoint: url.href, region, credentials, maxAttempts: 1 });
  return {
    dynamoDb: signedDynamoDb(connect(url, signerFor(credentials, region, "dynamodb"))),
    sdk,
    url,
    async createTable(name) {
      const { partition, sort } = tableKeys;
      await sdk.createTable({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: partition, AttributeType: "S" },
          { AttributeName: sort, AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: partition, KeyType: "HASH" },
          { AttributeName: sort, KeyType: "RANGE" },
        ],
      });
      return name;
    },
    async stop() {
      sdk.destroy();
      await dynoxide.stop();
    },
  };
};
