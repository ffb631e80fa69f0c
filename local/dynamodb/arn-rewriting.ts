import { isObject, type JsonObject } from "../json-value.ts";

const foreign = "arn:aws:dynamodb:dynoxide:000000000000:";

export const dynamoDbArn = (region: string, account: string, rest: string): string =>
  `arn:aws:dynamodb:${region}:${account}:${rest}`;

/** A table may be named by its ARN. */
export const tableNameOf = (nameOrArn: string): string =>
  nameOrArn.startsWith("arn:") ? (nameOrArn.split("/")[1] ?? nameOrArn) : nameOrArn;

/** dynoxide lives in one made-up region and account: its ARNs become those of the deployment. */
export const fromDynoxide = (json: string, region: string, account: string): string =>
  json
    .replaceAll(`"${foreign}`, `"${dynamoDbArn(region, account, "")}`)
    .replaceAll('"awsRegion":"dynoxide"', `"awsRegion":"${region}"`);

export const arnFromDynoxide = (arn: string, region: string, account: string): string =>
  arn.replace(foreign, dynamoDbArn(region, account, ""));

const dynoxideArn = (arn: string): string => foreign + arn.split(":").slice(5).join(":");

const rewriteEntry = ([key, value]: [string, unknown]): [string, unknown] => {
  if (key === "TableName" && typeof value === "string") return [key, tableNameOf(value)];
  if (key === "StreamArn" && typeof value === "string") return [key, dynoxideArn(value)];
  if (key === "RequestItems" && isObject(value))
    return [
      key,
      Object.fromEntries(Object.entries(value).map(([table, rest]) => [tableNameOf(table), rest])),
    ];
  if (key === "TransactItems" && Array.isArray(value))
    return [key, value.map((item) => (isObject(item) ? rewriteTransactItem(item) : item))];
  return [key, value];
};

const rewriteTransactItem = (item: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(item).map(([kind, part]) => [kind, isObject(part) ? toDynoxide(part) : part]),
  );

/** Whether a request can contain an ARN at all; most do not, and pass as they are. */
export const mayNameArns = (body: Buffer): boolean => body.includes("arn:aws:dynamodb:");

/** The reverse for a request: only where an ARN names a table or a stream, never inside an item's data. */
export const toDynoxide = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).map(rewriteEntry));
