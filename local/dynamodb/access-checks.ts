import { AwsError, type AccessCheck } from "../aws-service.ts";
import { parseObject, textAt, type JsonObject } from "../json-value.ts";
import { dynamoDbArn } from "./arn-rewriting.ts";
import { itemAccesses, type ItemAccess } from "./item-access.ts";
import { leadingKey } from "./leading-key.ts";
import type { TableDefinition } from "./table-definition.ts";

/** What a check needs to know of one region. */
export type RegionTables = {
  readonly region: string;
  readonly account: string;
  find(tableName: string): TableDefinition | undefined;
  streamArn(tableName: string): string | undefined;
  /** The question whether a caller may decrypt with a table's key through DynamoDB. */
  decryptCheck(keyArn: string, tableName: string): AccessCheck;
};

const itemCheck = (access: ItemAccess, tables: RegionTables): AccessCheck => {
  const table = tables.find(access.tableName);
  const index = access.indexName === undefined ? "" : `/index/${access.indexName}`;
  const partitionKey =
    access.indexName === undefined ? table?.keyNames[0] : table?.indexPartitionKeys.get(access.indexName);
  const leading = partitionKey === undefined ? undefined : leadingKey(access, partitionKey);
  return {
    action: `dynamodb:${access.action}`,
    resource: dynamoDbArn(tables.region, tables.account, `table/${access.tableName}${index}`),
    context: leading === undefined ? {} : { "dynamodb:LeadingKeys": [leading] },
    ...(table?.resourcePolicy === undefined ? {} : { resourcePolicy: table.resourcePolicy }),
  };
};

/** With a customer's key, DynamoDB decrypts the table's own key in the caller's name: whoever uses the table needs the key. */
const keyChecks = (accesses: readonly ItemAccess[], tables: RegionTables): readonly AccessCheck[] => {
  const used = accesses.filter((access) => !access.action.startsWith("Describe"));
  return [...new Set(used.map((access) => access.tableName))].flatMap((tableName) => {
    const keyArn = tables.find(tableName)?.keyArn;
    return keyArn === undefined ? [] : [tables.decryptCheck(keyArn, tableName)];
  });
};

const sameCheck = (a: AccessCheck, b: AccessCheck): boolean =>
  a.action === b.action &&
  a.resource === b.resource &&
  JSON.stringify(a.context) === JSON.stringify(b.context);

const streamOfIterator = (body: JsonObject, tables: RegionTables): string => {
  const iterator = Buffer.from(textAt(body["ShardIterator"], "ShardIterator"), "base64").toString("utf8");
  const tableName = textAt(parseObject(iterator, "a shard iterator")["table_name"], "a shard iterator");
  return tables.streamArn(tableName) ?? "*";
};

/** What IAM is asked for an operation of DynamoDB or of its streams; refuses operations that are not modelled. */
export const dynamoDbChecks = (
  operation: string,
  body: JsonObject,
  tables: RegionTables,
): readonly AccessCheck[] => {
  if (operation === "ListTables" || operation === "ListStreams")
    return [{ action: `dynamodb:${operation}`, resource: "*" }];
  if (operation === "DescribeStream" || operation === "GetShardIterator")
    return [{ action: `dynamodb:${operation}`, resource: textAt(body["StreamArn"], "StreamArn") }];
  if (operation === "GetRecords")
    return [{ action: "dynamodb:GetRecords", resource: streamOfIterator(body, tables) }];
  const accesses = itemAccesses(operation, body);
  if (accesses === undefined)
    throw new AwsError("UnknownOperationException", `dynamodb: ${operation} is not modelled locally`, 400);
  const checks = accesses.map((access) => itemCheck(access, tables));
  return [
    ...checks.filter((check, index) => checks.findIndex((other) => sameCheck(other, check)) === index),
    ...keyChecks(accesses, tables),
  ];
};
