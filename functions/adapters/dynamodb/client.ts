import { required } from "../../environment.ts";
import { awsEndpoint } from "../signed/aws-endpoint.ts";
import { signedDynamoDb } from "../signed/dynamo-db.ts";
import type { DynamoDb } from "./dynamo-db.ts";

/** DynamoDB in this function's region. */
export const dynamoDb = (): DynamoDb =>
  signedDynamoDb(
    awsEndpoint(required("AWS_REGION"), {
      hostPrefix: "dynamodb",
      variable: "DYNAMODB",
      signingName: "dynamodb",
    }),
  );
