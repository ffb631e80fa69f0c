import type { AttributeValue } from "@aws-sdk/client-dynamodb";

const utf8Bytes = (text: string): number => Buffer.byteLength(text);

/** An item's size as DynamoDB bills it (developer guide, "DynamoDB item sizes and formats"). */
export const itemBytes = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8Bytes(name) + valueBytes(value), 0);

const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return utf8Bytes(value.S);
  // One byte for two digits, one more, and one for a sign.
  if (value.N !== undefined) return Math.ceil(value.N.replace("-", "").length / 2) + 2;
  if (value.BOOL !== undefined) return 1;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, member) => sum + 1 + valueBytes(member), 0);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  throw new Error("an attribute of a type that our items do not have");
};
