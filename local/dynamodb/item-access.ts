import { isObject, listAt, objectAt, textAt, type JsonObject } from "../json-value.ts";
import { tableNameOf } from "./arn-rewriting.ts";

/** One item, or one query, that an operation touches. */
export type ItemAccess = {
  /** The IAM action without its prefix; a transaction asks for the plain action of each of its items. */
  readonly action: string;
  readonly tableName: string;
  readonly indexName?: string;
  /** The whole item or its key: whichever the request carries. */
  readonly attributes?: JsonObject;
  readonly isWrite: boolean;
  /** For a query: the condition that names the partition. */
  readonly query?: JsonObject;
};

const access = (action: string, part: JsonObject, isWrite: boolean): ItemAccess => {
  const attributes = part["Key"] ?? part["Item"];
  return {
    action,
    tableName: tableNameOf(textAt(part["TableName"], action)),
    isWrite,
    ...(isObject(attributes) ? { attributes } : {}),
  };
};

const transactionActions: Readonly<Record<string, { readonly action: string; readonly isWrite: boolean }>> = {
  ConditionCheck: { action: "ConditionCheckItem", isWrite: false },
  Delete: { action: "DeleteItem", isWrite: true },
  Get: { action: "GetItem", isWrite: false },
  Put: { action: "PutItem", isWrite: true },
  Update: { action: "UpdateItem", isWrite: true },
};

const transaction = (body: JsonObject): readonly ItemAccess[] =>
  listAt(body["TransactItems"], "TransactItems").flatMap((item) =>
    Object.entries(objectAt(item, "TransactItems")).map(([kind, part]) => {
      const known = transactionActions[kind];
      if (known === undefined) throw new Error(`a transaction has no ${kind}`);
      return access(known.action, objectAt(part, kind), known.isWrite);
    }),
  );

const batchGet = (body: JsonObject): readonly ItemAccess[] =>
  Object.entries(objectAt(body["RequestItems"], "RequestItems")).flatMap(([table, request]) =>
    listAt(objectAt(request, table)["Keys"], table).map((key) =>
      access("BatchGetItem", { TableName: table, Key: key }, false),
    ),
  );

const batchWrite = (body: JsonObject): readonly ItemAccess[] =>
  Object.entries(objectAt(body["RequestItems"], "RequestItems")).flatMap(([table, requests]) =>
    listAt(requests, table).map((request) => {
      const { PutRequest, DeleteRequest } = objectAt(request, table);
      const part = objectAt(PutRequest ?? DeleteRequest, table);
      return access("BatchWriteItem", { ...part, TableName: table }, true);
    }),
  );

const search =
  (action: string) =>
  (body: JsonObject): readonly ItemAccess[] => {
    const indexName = body["IndexName"];
    return [
      {
        ...access(action, body, false),
        ...(typeof indexName === "string" ? { indexName } : {}),
        ...(action === "Query" ? { query: body } : {}),
      },
    ];
  };

const single =
  (action: string, isWrite: boolean) =>
  (body: JsonObject): readonly ItemAccess[] => [access(action, body, isWrite)];

const operations: Readonly<Record<string, (body: JsonObject) => readonly ItemAccess[]>> = {
  BatchGetItem: batchGet,
  BatchWriteItem: batchWrite,
  DeleteItem: single("DeleteItem", true),
  DescribeTable: single("DescribeTable", false),
  DescribeTimeToLive: single("DescribeTimeToLive", false),
  GetItem: single("GetItem", false),
  PutItem: single("PutItem", true),
  Query: search("Query"),
  Scan: search("Scan"),
  TransactGetItems: transaction,
  TransactWriteItems: transaction,
  UpdateItem: single("UpdateItem", true),
};

/** What an operation on tables touches; undefined for an operation that is not one of these. */
export const itemAccesses = (operation: string, body: JsonObject): readonly ItemAccess[] | undefined =>
  operations[operation]?.(body);
