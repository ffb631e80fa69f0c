import { canonicalJson, isObject, objectAt, type JsonObject } from "../json-value.ts";
import { callJson, DynamoDbError, type DynoxideProcess } from "./dynoxide-process.ts";
import type { TableDefinition } from "./table-definition.ts";

const findTable = async (process: DynoxideProcess, name: string): Promise<JsonObject | undefined> => {
  try {
    return objectAt(
      (await callJson(process, "DynamoDB_20120810.DescribeTable", { TableName: name }))["Table"],
      name,
    );
  } catch (error) {
    if (error instanceof DynamoDbError && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
};

const indexNames = (holder: JsonObject): readonly string[] =>
  [holder["GlobalSecondaryIndexes"], holder["LocalSecondaryIndexes"]]
    .flatMap((indexes) => (Array.isArray(indexes) ? indexes : []))
    .map((index) => (isObject(index) ? String(index["IndexName"]) : ""))
    .toSorted((a, b) => a.localeCompare(b));

/** A database file of an earlier start may hold another shape; changing it in place is what a real deployment does, not this. */
const requireSameShape = (existing: JsonObject, definition: TableDefinition): void => {
  const shape = (holder: JsonObject) => canonicalJson([holder["KeySchema"], indexNames(holder)]);
  if (shape(existing) !== shape(definition.creation))
    throw new Error(
      `table ${definition.name} (${definition.region}) has other keys or indexes than the template: delete the local state to start afresh`,
    );
};

/** Creates a table, or finds the one of an earlier start. Yields dynoxide's ARN of its stream. */
export const createTable = async (
  process: DynoxideProcess,
  definition: TableDefinition,
): Promise<string | undefined> => {
  const existing = await findTable(process, definition.name);
  if (existing !== undefined) {
    requireSameShape(existing, definition);
    return typeof existing["LatestStreamArn"] === "string" ? existing["LatestStreamArn"] : undefined;
  }
  const answer = await callJson(process, "DynamoDB_20120810.CreateTable", definition.creation);
  if (definition.timeToLive !== undefined)
    await callJson(process, "DynamoDB_20120810.UpdateTimeToLive", definition.timeToLive);
  const streamArn = objectAt(answer["TableDescription"], definition.name)["LatestStreamArn"];
  return typeof streamArn === "string" ? streamArn : undefined;
};
