import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Short timeouts: DynamoDB answers in milliseconds or not at all, and a retry is cheaper than waiting. */
export const dynamoDb = (): DynamoDBClient =>
  new DynamoDBClient({ maxAttempts: 4, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } });
