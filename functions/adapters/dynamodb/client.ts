import { required } from "../../environment.ts";
import { addressOf, awsEndpoint } from "../signed/aws-endpoint.ts";
import { signedDynamoDb } from "../signed/dynamo-db.ts";
import type { DynamoDb } from "./dynamo-db.ts";

/** DynamoDB in this function's region. */
export const dynamoDb = (): DynamoDb => {
  const region = required("AWS_REGION");
  return signedDynamoDb(
    awsEndpoint(addressOf(region, "dynamodb", "DYNAMODB", process.env), region, "dynamodb"),
  );
};
