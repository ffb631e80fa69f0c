import type {
  GetItemCommandInput,
  UpdateItemCommandInput,
  DeleteItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { type StoredFile, expiryOf, filePurposes, fileStates } from "../../../core/files/file.ts";
import { parseFileName } from "../../../core/files/file-name.ts";
import type { FileKey, FileRecords } from "../../../core/files/ports.ts";
import {
  type CustomerId,
  fileId,
  firstUlid,
  parseCustomerId,
  parseFileId,
} from "../../../core/identifiers.ts";
import { epochMs } from "../../../core/time.ts";
import { expiryAttribute, tableKeys } from "../../contract.ts";
import { parsedBy } from "../../parsed-by.ts";
import { type DynamoDb, isConditionFailed } from "./dynamo-db.ts";
import { type Item, itemKey, readItem, writeItem } from "./item.ts";
import { count, instant } from "./schemas.ts";

const schema = z.object({
  id: parsedBy(parseFileId),
  customer: parsedBy(parseCustomerId),
  purpose: z.enum(filePurposes),
  name: parsedBy(parseFileName),
  bytes: count,
  createdAt: instant,
  state: z.enum(fileStates),
});

const readFile = (item: Item): StoredFile => schema.parse(readItem(item));

/** The last instant that an id can hold. */
const latest = fileId(firstUlid(epochMs(2 ** 48 - 1)));

/**
 * Files: partition = `FILES#<customer>#<region>`, sort = the file's id. The accounts table is replicated, and every item of
 * it is written by one region: a file's region is part of its key.
 */
export const fileRecords = (client: DynamoDb, table: string, region: string): FileRecords => {
  const partitionOf = (customer: CustomerId): string => `FILES#${customer}#${region}`;
  const keyOf = ({ customer, id }: FileKey): Item => itemKey(partitionOf(customer), id);
  return {
    async add(file) {
      const fields = {
        ...file,
        bytes: BigInt(file.bytes),
        createdAt: BigInt(file.createdAt),
        [expiryAttribute]: BigInt(Math.ceil(expiryOf(file) / 1000)),
      };
      // The same put again, after an answer that was lost, stores the same item.
      await client.putItem({ TableName: table, Item: { ...keyOf(file), ...writeItem(fields) } });
    },
    async find(customer, id) {
      const input = {
        TableName: table,
        Key: keyOf({ customer, id }),
        ConsistentRead: true,
      } satisfies GetItemCommandInput;
      const { Item: item } = await client.getItem(input);
      return item && readFile(item);
    },
    async list(customer, { order, oldest, after, limit }) {
      const from = order === "asc" && after !== undefined && after > oldest ? after : oldest;
      const to = order === "desc" && after !== undefined ? after : latest;
      // BETWEEN wants its ends in order, and nothing lies before the oldest.
      if (to < from) return [];
      const { Items: items = [] } = await client.query({
        TableName: table,
        KeyConditionExpression: `${tableKeys.partition} = :partition AND ${tableKeys.sort} BETWEEN :from AND :to`,
        ExpressionAttributeValues: writeItem({
          ":partition": partitionOf(customer),
          ":from": from,
          ":to": to,
        }),
        ScanIndexForward: order === "asc",
        ConsistentRead: true,
        // The one that a page comes after is between its ends too.
        Limit: limit + 1,
      });
      return items
        .map(readFile)
        .filter(({ id }) => id !== after)
        .slice(0, limit);
    },
    async settle(file) {
      const input = {
        TableName: table,
        Key: keyOf(file),
        UpdateExpression: "SET #state = :state",
        ConditionExpression: "#state = :pending",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: writeItem({ ":state": file.state, ":pending": "pending" }),
      } satisfies UpdateItemCommandInput;
      await client.updateItem(input).catch((error: unknown) => {
        if (!isConditionFailed(error)) throw error;
      });
    },
    async remove(customer, id) {
      const input = {
        TableName: table,
        Key: keyOf({ customer, id }),
        ReturnValues: "ALL_OLD",
      } satisfies DeleteItemCommandInput;
      return (await client.deleteItem(input)).Attributes !== undefined;
    },
  };
};
