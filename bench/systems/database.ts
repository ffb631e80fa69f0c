import { CreateTableCommand, DynamoDB, paginateScan } from "@aws-sdk/client-dynamodb";
import { tableKeys } from "../../functions/contract.ts";
import { startDynoxide } from "../../local/dynamodb/dynoxide-process.ts";
import { pin } from "../processes/affinity.ts";

/** A DynamoDB emulator in memory, with the tables that the functions under test use. */
export type Database = {
  readonly url: string;
  readonly client: DynamoDB;
  /** The number of usage events on record. */
  countUsageEvents(): Promise<number>;
  stop(): Promise<void>;
};

export const region = "us-east-1";
export const credentials = { accessKeyId: "bench", secretAccessKey: "bench" } as const;
export const tables = {
  directory: "bench-directory",
  accounts: "bench-accounts",
  usage: "bench-usage",
} as const;

const createTable = (name: string): CreateTableCommand =>
  new CreateTableCommand({
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: tableKeys.partition, KeyType: "HASH" },
      { AttributeName: tableKeys.sort, KeyType: "RANGE" },
    ],
    AttributeDefinitions: Object.values(tableKeys).map((key) => ({ AttributeName: key, AttributeType: "S" })),
  });

const countItems = async (client: DynamoDB, table: string): Promise<number> => {
  let count = 0;
  for await (const { Count } of paginateScan({ client }, { TableName: table, Select: "COUNT" }))
    count += Count ?? 0;
  return count;
};

export const startDatabase = async (): Promise<Database> => {
  const dynoxide = await startDynoxide();
  const { url } = dynoxide;
  pin(dynoxide.pid, "surroundings");
  const client = new DynamoDB({ endpoint: url, region, credentials });
  const stop = (): Promise<void> => {
    client.destroy();
    return dynoxide.stop();
  };
  for (const name of Object.values(tables)) await client.send(createTable(name));
  return { url, client, countUsageEvents: () => countItems(client, tables.usage), stop };
};
