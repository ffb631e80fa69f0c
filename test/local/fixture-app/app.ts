// A small deployment that uses what the local cloud must get right: two regions, intrinsics of every kind, customer keys, a
// global table, a queue with a worker, a streaming API behind an authorizer, a custom resource and functions that misbehave.
import { App } from "aws-cdk-lib";
import { ApiStack } from "./api-stack.ts";
import { DataStack } from "./data-stack.ts";
import { ReplicaKeyStack } from "./replica-key-stack.ts";

const app = new App();
const account = process.env["CDK_DEFAULT_ACCOUNT"] ?? "123456789012";
const home = { account, region: "us-east-1" };
const away = { account, region: "eu-west-1" };

const data = new DataStack(app, "Data", { env: home, replicaRegion: away.region });
const replicaKey = new ReplicaKeyStack(app, "ReplicaKey", { env: away, primaryKeyArn: data.key.keyArn });
/** `-c without=table` deploys the API without one permission: what a forgotten grant looks like. */
const without: unknown = app.node.tryGetContext("without");
const regions = [
  [home, data.key.keyArn],
  [away, replicaKey.keyArn],
] as const;
export const apis = regions.map(
  ([env, keyArn]) =>
    new ApiStack(app, `Api-${env.region}`, {
      env,
      keyArn,
      tableName: data.table.tableName,
      withoutTableGrant: without === "table",
      withoutKeyGrant: without === "key",
    }),
);
