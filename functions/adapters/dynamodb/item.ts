import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { tableKeys } from "../../contract.ts";

export type Item = Record<string, AttributeValue>;

/** What our items hold: text, whole numbers (as bigint, because DynamoDB numbers may exceed a double), lists and maps of them. */
export type Plain =
  | string
  | bigint
  | boolean
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

export const itemKey = (partition: string, sort: string): Item => ({
  [tableKeys.partition]: { S: partition },
  [tableKeys.sort]: { S: sort },
});

export const writeItem = (fields: Readonly<Record<string, Plain | undefined>>): Item =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, writeValue(value)]],
    ),
  );

const writeValue = (value: Plain): AttributeValue => {
  if (typeof value === "string") return { S: value };
  if (typeof value === "bigint") return { N: value.toString() };
  if (typeof value === "boolean") return { BOOL: value };
  if (isList(value)) return { L: value.map(writeValue) };
  return { M: writeItem(value) };
};

const isList = (
  value: readonly Plain[] | { readonly [name: string]: Plain | undefined },
): value is readonly Plain[] => Array.isArray(value);

/** The reverse of `writeItem`, for a schema to check. Refuses attribute types that `writeItem` never writes. */
export const readItem = (item: Item): Record<string, Plain> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, readValue(name, value)]));

const readValue = (name: string, value: AttributeValue): Plain => {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return BigInt(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map((member) => readValue(name, member));
  if (value.M !== undefined) return readItem(value.M);
  throw new Error(`the attribute ${name} has a type that no item of ours has`);
};
