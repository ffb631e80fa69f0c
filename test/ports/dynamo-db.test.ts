import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DynamoDb } from "../../functions/adapters/dynamodb/dynamo-db.ts";
import { type Item, itemKey } from "../../functions/adapters/dynamodb/item.ts";
import { tableKeys } from "../../functions/contract.ts";
import { type TestDatabase, startTestDatabase } from "../support/dynoxide.ts";
import { present } from "../support/present.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

/** An attribute of every type that our items have, with what JSON and UTF-8 may get wrong. */
const attributes: Item = {
  text: { S: 'Grüße, "😀"\u2028\u0000\\' },
  empty: { S: "" },
  number: { N: "-12345678901234567890123456789012345678" },
  flag: { BOOL: false },
  list: { L: [{ S: "a" }, { L: [] }, { M: { "": { N: "1" } } }] },
  map: { M: { constructor: { S: "yes" }, "#": { M: {} } } },
};
const first: Item = { ...itemKey("a", "1"), ...attributes };
const second: Item = { ...itemKey("a", "2"), count: { N: "2" } };

const isNew = `attribute_not_exists(${tableKeys.partition})`;
const keyOf = (item: Item): Item => itemKey(present(item["pk"]?.S), present(item["sk"]?.S));

/** What a failure tells our stores; nothing else of it do they look at. */
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => "no failure",
    (error: unknown) => {
      const { name, Item: item, CancellationReasons: reasons } = error as Record<string, unknown>;
      return { isError: error instanceof Error, name, item, reasons };
    },
  );

type Step = (dynamoDb: DynamoDb, table: string) => Promise<unknown>;

/** Each on a table with `first` and `second` in it, and for each what is expected of both clients. */
const steps: Readonly<Record<string, readonly [step: Step, expected: unknown]>> = {
  "reads an item as it was written": [
    async (db, table) => (await db.getItem({ TableName: table, Key: keyOf(first) })).Item,
    first,
  ],
  "finds no item": [
    async (db, table) => (await db.getItem({ TableName: table, Key: itemKey("a", "3") })).Item,
    undefined,
  ],
  "updates, and returns the item": [
    async (db, table) => {
      const { Attributes: item } = await db.updateItem({
        TableName: table,
        Key: keyOf(second),
        UpdateExpression: "ADD #count :one",
        ExpressionAttributeNames: { "#count": "count" },
        ExpressionAttributeValues: { ":one": { N: "1" } },
        ReturnValues: "ALL_NEW",
      });
      return item;
    },
    { ...second, count: { N: "3" } },
  ],
  "deletes, and returns the item": [
    async (db, table) => {
      const input = { TableName: table, Key: keyOf(first), ReturnValues: "ALL_OLD" } as const;
      return [(await db.deleteItem(input)).Attributes, (await db.deleteItem(input)).Attributes];
    },
    [first, undefined],
  ],
  "queries page by page": [
    async (db, table) => {
      const ask = (from?: Item) =>
        db.query({
          TableName: table,
          KeyConditionExpression: `${tableKeys.partition} = :partition`,
          ExpressionAttributeValues: { ":partition": { S: "a" } },
          Limit: 1,
          ...(from && { ExclusiveStartKey: from }),
        });
      const one = await ask();
      const two = await ask(one.LastEvaluatedKey);
      return [one.Items, one.LastEvaluatedKey, two.Items];
    },
    [[first], keyOf(first), [second]],
  ],
  "refuses a write whose condition fails, with the item": [
    (db, table) =>
      failureOf(
        db.putItem({
          TableName: table,
          Item: { ...first, text: { S: "other" } },
          ConditionExpression: isNew,
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      ),
    { isError: true, name: "ConditionalCheckFailedException", item: first, reasons: undefined },
  ],
  "writes all of a transaction": [
    async (db, table) => {
      const third: Item = { ...itemKey("a", "3"), ...attributes };
      await db.transactWriteItems({
        TransactItems: [
          { Put: { TableName: table, Item: third, ConditionExpression: isNew } },
          { Delete: { TableName: table, Key: keyOf(second) } },
        ],
      });
      return [
        (await db.getItem({ TableName: table, Key: keyOf(third) })).Item,
        (await db.getItem({ TableName: table, Key: keyOf(second) })).Item,
      ];
    },
    [{ ...itemKey("a", "3"), ...attributes }, undefined],
  ],
  "writes nothing of a transaction that is refused, and says which item refused it": [
    async (db, table) => {
      const failure = await failureOf(
        db.transactWriteItems({
          TransactItems: [
            { Put: { TableName: table, Item: { ...itemKey("a", "3") }, ConditionExpression: isNew } },
            {
              Put: {
                TableName: table,
                Item: first,
                ConditionExpression: isNew,
                ReturnValuesOnConditionCheckFailure: "ALL_OLD",
              },
            },
          ],
        }),
      );
      return [failure, (await db.getItem({ TableName: table, Key: itemKey("a", "3") })).Item];
    },
    [
      {
        isError: true,
        name: "TransactionCanceledException",
        item: undefined,
        reasons: [
          expect.objectContaining({ Code: "None" }),
          expect.objectContaining({ Code: "ConditionalCheckFailed", Item: first }),
        ],
      },
      undefined,
    ],
  ],
  "acknowledges a transaction that arrives again, and changes nothing": [
    async (db, table) => {
      const again = {
        ClientRequestToken: `${table}-token`.slice(0, 36),
        TransactItems: [
          {
            Update: {
              TableName: table,
              Key: keyOf(second),
              UpdateExpression: "ADD #count :one",
              ExpressionAttributeNames: { "#count": "count" },
              ExpressionAttributeValues: { ":one": { N: "1" } },
            },
          },
        ],
      };
      await db.transactWriteItems(again);
      await db.transactWriteItems(again);
      return (await db.getItem({ TableName: table, Key: keyOf(second) })).Item;
    },
    { ...second, count: { N: "3" } },
  ],
  "names a mistake": [
    (db, table) => failureOf(db.getItem({ TableName: table, Key: { wrong: { S: "key" } } })),
    { isError: true, name: "ValidationException", item: undefined, reasons: undefined },
  ],
  "names a table that is not there": [
    (db) => failureOf(db.getItem({ TableName: "nowhere", Key: keyOf(first) })),
    { isError: true, name: "ResourceNotFoundException", item: undefined, reasons: undefined },
  ],
  "describes a table": [
    async (db, table) => (await db.describeTable({ TableName: table })).Table?.KeySchema,
    [
      { AttributeName: tableKeys.partition, KeyType: "HASH" },
      { AttributeName: tableKeys.sort, KeyType: "RANGE" },
    ],
  ],
};

// The functions run on the signed client. That the SDK's passes the same suite is what makes it DynamoDB's own protocol.
describe.each<[string, () => DynamoDb]>([
  ["signed by hand", () => database.dynamoDb],
  ["the SDK's client", () => database.sdk],
])("DynamoDB, %s", (client, open) => {
  test.each(Object.entries(steps))("%s", async (name, [step, expected]) => {
    const table = await database.createTable(`${client}-${name}`.replaceAll(/[^a-z]/gi, "-"));
    for (const item of [first, second]) await open().putItem({ TableName: table, Item: item });
    expect(await step(open(), table)).toEqual(expected);
  });
});
