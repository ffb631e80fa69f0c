import { expect, test } from "vitest";
import { dynamoDbChecks, type RegionTables } from "../../../local/dynamodb/access-checks.ts";
import type { TableDefinition } from "../../../local/dynamodb/table-definition.ts";

const arn = "arn:aws:dynamodb:us-east-1:1:table/items";
const find = (tableName: string): TableDefinition | undefined =>
  tableName === "items"
    ? {
        // Checks read the definition, never the template.
        get resource(): never {
          throw new Error("a check must not read the template");
        },
        name: "items",
        region: "us-east-1",
        account: "1",
        keyNames: ["pk", "sk"],
        indexPartitionKeys: new Map([["by-kind", "kind"]]),
        replicaRegions: ["us-east-1"],
        keyArn: undefined,
        resourcePolicy: undefined,
        creation: {},
        timeToLive: undefined,
      }
    : undefined;

const tables: RegionTables = {
  region: "us-east-1",
  account: "1",
  find,
  streamArn: () => `${arn}/stream/1`,
  decryptCheck: () => ({ action: "kms:Decrypt", resource: "key" }),
};

const summary = (operation: string, body: object): readonly string[] =>
  dynamoDbChecks(operation, { ...body }, tables).map(
    ({ action, resource, context }) =>
      `${action} ${resource.replace(arn, "items")} ${String(context?.["dynamodb:LeadingKeys"] ?? "-")}`,
  );

const item = { pk: { S: "a" }, sk: { S: "1" } };
const Values = { ":p": { S: "a" } };

test.each([
  ["GetItem", { TableName: "items", Key: item }, ["dynamodb:GetItem items a"]],
  ["PutItem", { TableName: arn, Item: item }, ["dynamodb:PutItem items a"]],
  ["Scan", { TableName: "items" }, ["dynamodb:Scan items -"]],
  [
    "Query",
    { TableName: "items", KeyConditionExpression: "pk = :p and sk > :s", ExpressionAttributeValues: Values },
    ["dynamodb:Query items a"],
  ],
  [
    "Query",
    {
      TableName: "items",
      IndexName: "by-kind",
      KeyConditionExpression: "#k = :p",
      ExpressionAttributeNames: { "#k": "kind" },
      ExpressionAttributeValues: Values,
    },
    ["dynamodb:Query items/index/by-kind a"],
  ],
  [
    "TransactWriteItems",
    {
      TransactItems: [
        { Put: { TableName: "items", Item: item } },
        { Update: { TableName: "items", Key: { pk: { S: "b" } } } },
        { ConditionCheck: { TableName: "items", Key: { pk: { N: "7" } } } },
        { Delete: { TableName: "items", Key: item } },
      ],
    },
    [
      "dynamodb:PutItem items a",
      "dynamodb:UpdateItem items b",
      "dynamodb:ConditionCheckItem items 7",
      "dynamodb:DeleteItem items a",
    ],
  ],
  [
    "BatchWriteItem",
    {
      RequestItems: {
        items: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: { pk: { S: "b" } } } }],
      },
    },
    ["dynamodb:BatchWriteItem items a", "dynamodb:BatchWriteItem items b"],
  ],
  ["BatchGetItem", { RequestItems: { items: { Keys: [item, item] } } }, ["dynamodb:BatchGetItem items a"]],
  ["DescribeStream", { StreamArn: `${arn}/stream/1` }, ["dynamodb:DescribeStream items/stream/1 -"]],
  ["ListTables", {}, ["dynamodb:ListTables * -"]],
])("%s asks for its action on its table and partition", (operation, body, expected) => {
  expect(summary(operation, body)).toEqual(expected);
});

test("an operation that is not modelled is refused by name", () => {
  expect(() => summary("ExecuteStatement", { Statement: "SELECT 1" })).toThrow(
    "dynamodb: ExecuteStatement is not",
  );
});
