import { isObject, type JsonObject } from "../json-value.ts";
import type { ItemAccess } from "./item-access.ts";

/** `{ "S": "x" }` and `{ "N": "1" }` are `x` and `1` in a policy. */
const scalarOf = (value: unknown): string | undefined => {
  const scalar = isObject(value) ? Object.values(value)[0] : undefined;
  return typeof scalar === "string" ? scalar : undefined;
};

const nameOf = (token: string, query: JsonObject): unknown =>
  token.startsWith("#") && isObject(query["ExpressionAttributeNames"])
    ? query["ExpressionAttributeNames"][token]
    : token;

const queriedKey = (query: JsonObject, partitionKey: string): string | undefined => {
  const values = query["ExpressionAttributeValues"];
  const expression = query["KeyConditionExpression"];
  if (typeof expression !== "string" || !isObject(values)) return undefined;
  for (const [, name = "", value = ""] of expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g))
    if (nameOf(name, query) === partitionKey) return scalarOf(values[value]);
  return undefined;
};

/** `dynamodb:LeadingKeys`: the partition key that an access names; undefined for a scan. */
export const leadingKey = (access: ItemAccess, partitionKey: string): string | undefined =>
  access.query === undefined
    ? scalarOf(access.attributes?.[partitionKey])
    : queriedKey(access.query, partitionKey);
