import { mkdirSync } from "node:fs";
import path from "node:path";
import type { AccessCheck } from "../aws-service.ts";
import type { RegionTables } from "./access-checks.ts";
import { arnFromDynoxide } from "./arn-rewriting.ts";
import { createTable } from "./create-table.ts";
import { startDynoxide, type DynoxideProcess } from "./dynoxide-process.ts";
import type { TableDefinition } from "./table-definition.ts";

/** DynamoDB of one region: its process and its tables. */
export type Region = RegionTables & { readonly process: DynoxideProcess };

export type RegionOptions = {
  /** Where the database files go; in memory without it. */
  readonly stateDir: string | undefined;
  readonly decryptCheck: (keyArn: string, region: string, tableName: string) => AccessCheck;
};

const databaseFile = (stateDir: string, region: string): string => {
  mkdirSync(stateDir, { recursive: true });
  return path.join(stateDir, `dynamodb-${region}.sqlite`);
};

/** Creates the tables; yields the ARN of each one's stream, and tells the stack that owns the table. */
const createTables = async (
  process: DynoxideProcess,
  definitions: readonly TableDefinition[],
): Promise<ReadonlyMap<string, string>> => {
  const streamArns = new Map<string, string>();
  for (const definition of definitions) {
    const created = await createTable(process, definition);
    if (created === undefined) continue;
    const streamArn = arnFromDynoxide(created, definition.region, definition.account);
    streamArns.set(definition.name, streamArn);
    const { stack, logicalId } = definition.resource;
    if (stack.region === definition.region) stack.provide(logicalId, "StreamArn", streamArn);
  }
  return streamArns;
};

/** Starts a region's dynoxide and creates its tables. */
export const startRegion = async (
  region: string,
  definitions: readonly TableDefinition[],
  options: RegionOptions,
): Promise<Region> => {
  const file = options.stateDir === undefined ? undefined : databaseFile(options.stateDir, region);
  const process = await startDynoxide(file);
  try {
    const streamArns = await createTables(process, definitions);
    return {
      region,
      account: definitions[0]?.account ?? "",
      process,
      find: (tableName) => definitions.find((definition) => definition.name === tableName),
      streamArn: (tableName) => streamArns.get(tableName),
      decryptCheck: (keyArn, tableName) => options.decryptCheck(keyArn, region, tableName),
    };
  } catch (error) {
    await process.stop();
    throw error;
  }
};
