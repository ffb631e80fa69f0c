import * as z from "zod";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { streamArnAttribute, tableNameProperty } from "../contract.ts";
import { type CustomResourceAnswer, answerCustomResource, customResourceSchema } from "../custom-resource.ts";
import { describeError, logError } from "../http/log.ts";

const client = dynamoDb();
const requestSchema = customResourceSchema(z.looseObject({ [tableNameProperty]: z.string() }));

/**
 * Runs in every deployment: tells the template the ARN of a table's stream in this region. CloudFormation knows only that of
 * the region in which a global table was created.
 */
export const handler = async (event: unknown): Promise<void> => {
  const request = requestSchema.parse(event);
  const table = request.ResourceProperties[tableNameProperty];
  const answer =
    request.RequestType === "Delete"
      ? ({ Status: "SUCCESS" } as const)
      : await find(table).catch((error: unknown): CustomResourceAnswer => {
          logError("stream_not_found", describeError(error));
          return {
            Status: "FAILED",
            Reason: `The stream of ${table} was not found; the function's log says why.`,
          };
        });
  await answerCustomResource(request, `${table}-stream`, answer);
};

const find = async (table: string): Promise<CustomResourceAnswer> => {
  const { Table: description } = await client.describeTable({ TableName: table });
  const arn = description?.LatestStreamArn;
  return arn === undefined
    ? { Status: "FAILED", Reason: `The table ${table} has no stream.` }
    : { Status: "SUCCESS", Data: { [streamArnAttribute]: arn } };
};
