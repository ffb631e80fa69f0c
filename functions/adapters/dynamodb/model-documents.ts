import type { Model } from "../../../core/catalogue/model.ts";
import { writeModelDocument } from "../../../core/catalogue/model-document.ts";
import { pinOf } from "../../../core/catalogue/model-name.ts";
import { tableKeys } from "../../contract.ts";
import { readModelDocument } from "../model-document.ts";
import type { DynamoDb } from "./dynamo-db.ts";
import { itemKey, writeItem } from "./item.ts";
import { queryPages } from "./query-pages.ts";

export type ModelVersion = Pick<Model, "name" | "version">;

/** The catalogue's models: one partition of the directory table, one item per version. */
export interface ModelDocuments {
  list(): Promise<readonly Model[]>;
  put(model: Model): Promise<void>;
  remove(version: ModelVersion): Promise<void>;
}

const partition = "CATALOGUE";
const prefix = "VERSION#";
const sortKeyOf = (version: ModelVersion): string => `${prefix}${pinOf(version)}`;

export const modelDocuments = (client: DynamoDb, table: string): ModelDocuments => ({
  async list() {
    const models: Model[] = [];
    const pages = queryPages(client, {
      TableName: table,
      KeyConditionExpression: `${tableKeys.partition} = :partition AND begins_with(${tableKeys.sort}, :prefix)`,
      ExpressionAttributeValues: { ":partition": { S: partition }, ":prefix": { S: prefix } },
    });
    for await (const page of pages)
      for (const item of page) models.push(readModelDocument(item["document"]?.S ?? ""));
    return models;
  },
  async put(model) {
    const item = {
      ...itemKey(partition, sortKeyOf(model)),
      ...writeItem({ document: writeModelDocument(model) }),
    };
    await client.putItem({ TableName: table, Item: item });
  },
  async remove(version) {
    await client.deleteItem({ TableName: table, Key: itemKey(partition, sortKeyOf(version)) });
  },
});
