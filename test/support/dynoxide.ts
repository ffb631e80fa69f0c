import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { DynamoDb } from "../../functions/adapters/dynamodb/dynamo-db.ts";
import { connect } from "../../functions/adapters/signed/aws-endpoint.ts";
import { signedDynamoDb } from "../../functions/adapters/signed/dynamo-db.ts";
import { signerFor } from "../../functions/adapters/signed/signature.ts";
import { tableKeys } from "../../functions/contract.ts";
import { findDynoxide, spawnDynoxide } from "../../local/dynamodb/dynoxide-binary.ts";
import { endProcess } from "../../local/guarded-process.ts";

/** A DynamoDB of a test's own, in memory. */
export type TestDatabase = {
  /** As the functions reach it. */
  readonly dynamoDb: DynamoDb;
  /** As the SDK does, for what no function does. */
  readonly sdk: DynamoDB;
  readonly url: URL;
  /** Makes an empty table with the keys that all our tables have. */
  createTable(name: string): Promise<string>;
  stop(): Promise<void>;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("the system gave no port");
  return address.port;
};

const startAttemptsMax = 200;

/** Starts dynoxide on a free port. It ends with `stop`, and also when the test's process dies without calling it. */
export const startTestDatabase = async (): Promise<TestDatabase> => {
  const port = await freePort();
  const child = spawnDynoxide(findDynoxide(), port);
  const url = new URL(`http://127.0.0.1:${port}`);
  const region = "eu-west-1";
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sdk = new DynamoDB({ endpoint: url.href, region, credentials, maxAttempts: 1 });
  const stop = async (): Promise<void> => {
    sdk.destroy();
    await endProcess(child);
  };
  await waitUntilReady(child, port).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    dynamoDb: signedDynamoDb(connect(url, signerFor(credentials, region, "dynamodb"))),
    sdk,
    url,
    async createTable(name) {
      const { partition, sort } = tableKeys;
      await sdk.createTable({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: partition, AttributeType: "S" },
          { AttributeName: sort, AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: partition, KeyType: "HASH" },
          { AttributeName: sort, KeyType: "RANGE" },
        ],
      });
      return name;
    },
    stop,
  };
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const waitUntilReady = async (child: ChildProcess, port: number): Promise<void> => {
  for (let attempt = 0; attempt < startAttemptsMax; attempt++) {
    if (hasEnded(child)) throw new Error("dynoxide ended before it was ready");
    const isUp = await fetch(`http://127.0.0.1:${port}`, { method: "POST" }).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(25);
  }
  throw new Error("dynoxide did not become ready");
};
