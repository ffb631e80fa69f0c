import { rmSync } from "node:fs";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { type Balance, balanceOf } from "../../core/admission/balance.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import type { CreditPorts } from "../../core/billing/add-credit.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { type BillingProfiles, billingProfiles } from "../../functions/adapters/dynamodb/billing-profiles.ts";
import { cells } from "../../functions/adapters/dynamodb/cells.ts";
import { type CustomerRecords, customerRecords } from "../../functions/adapters/dynamodb/customer-records.ts";
import { type KeyRecords, keyRecords } from "../../functions/adapters/dynamodb/key-records.ts";
import { leaseUsage } from "../../functions/adapters/dynamodb/lease-usage.ts";
import { ledger } from "../../functions/adapters/dynamodb/ledger.ts";
import { transfers } from "../../functions/adapters/dynamodb/transfers.ts";
import { connect } from "../../functions/adapters/signed/aws-endpoint.ts";
import { signedDynamoDb } from "../../functions/adapters/signed/dynamo-db.ts";
import { signerFor } from "../../functions/adapters/signed/signature.ts";
import { artifactsBucketName } from "../../infra/artifact.ts";
import type { Farebox } from "../../infra/config.ts";
import { tableName } from "../../infra/constructs/table-name.ts";
import { endpointName } from "../../infra/endpoint-name.ts";
import { loadConfig } from "../../infra/load-config.ts";
import { type CloudOptions, type LocalCloud, type ServicesUp, startCloud } from "../../local/cloud.ts";
import type { LogSink } from "../../local/log-event.ts";
import { synthesize } from "../../local/synth.ts";
import { runCpuServer } from "./run-cpu-server.ts";
import { uploadArtifacts } from "./upload-artifacts.ts";

const root = path.join(import.meta.dirname, "..", "..");

export type PlatformOptions = {
  /** Another configuration than farebox.config.ts. */
  readonly configFile?: string;
  /** Another CDK app than that of cdk.json, as a command: tests break the deployment on purpose with one. */
  readonly cdkOut?: string;
  /** Where tables, objects and keys survive a restart; in memory without it. */
  readonly stateDir?: string;
  readonly port?: number;
  readonly log: LogSink;
  /** Told what is being done, for people who wait. */
  readonly progress?: (step: string) => void;
} & Pick<CloudOptions, "environmentsMax"> & {
    /** Asked before our own CPU server: tests run images of their own. */
    readonly runContainer?: CloudOptions["runContainer"];
    /** The models that must be up when the platform is; all of them if not given. Others start when they are first called. */
    readonly isModelNeeded?: (model: Farebox["models"][number]) => boolean;
  };

/** A running deployment on this machine: the synthesized stacks, the demo models, and the tables behind them. */
export type Platform = {
  readonly farebox: Farebox;
  readonly cloud: LocalCloud;
  /** What the `openai` package wants: up to and including `/v1`. */
  readonly baseUrl: string;
  /** The home region's directory and accounts, as the platform team's tools write them. */
  readonly keys: KeyRecords;
  readonly customers: CustomerRecords;
  readonly profiles: BillingProfiles;
  readonly credit: CreditPorts;
  /** What is left of a customer's wallet. */
  balance(customer: CustomerId): Promise<Balance>;
  stop(): Promise<void>;
};

/** Synthesizes the stacks when something changed, and runs them. */
export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const { log, progress = () => undefined } = options;
  const farebox = await loadConfig(options.configFile);
  const cdkOut = options.cdkOut ?? (await synthesizeStacks(options, progress));
  progress("Starting the models, functions and tables");
  const cpuServer = runCpuServer(log);
  const needed = new Set(
    farebox.models
      .filter(options.isModelNeeded ?? (() => true))
      .map((model) => endpointName(farebox.stage, model)),
  );
  const cloud = await startCloud({
    cdkOut,
    log,
    ...(options.stateDir !== undefined && { stateDir: options.stateDir }),
    ...(options.port !== undefined && { apiPort: options.port }),
    ...(options.environmentsMax !== undefined && { environmentsMax: options.environmentsMax }),
    runContainer: async (container) => (await options.runContainer?.(container)) ?? cpuServer(container),
    beforeEndpoints: (services) => uploadEverywhere(services, farebox),
    isEndpointNeeded: (endpoint) => needed.has(endpoint),
  });
  const home = farebox.homeRegion;
  const { endpoint, credentials } = cloud.clientConfig(home);
  const dynamoDb = signedDynamoDb(connect(new URL(endpoint), signerFor(credentials, home, "dynamodb")));
  const directory = tableName(farebox.stage, "directory");
  const accounts = tableName(farebox.stage, "accounts");
  const usage = tableName(farebox.stage, "usage");
  const balancePorts = { cells: cells(dynamoDb, accounts), usage: leaseUsage(dynamoDb, usage) };
  return {
    farebox,
    cloud,
    baseUrl: `${cloud.apiUrl(home)}/v1`,
    keys: keyRecords(dynamoDb, directory),
    customers: customerRecords(dynamoDb, directory),
    profiles: billingProfiles(dynamoDb, directory),
    credit: {
      homeRegion: home,
      ledger: ledger(dynamoDb, accounts),
      cells: cells(dynamoDb, accounts),
      transfers: transfers(dynamoDb, accounts),
    },
    balance: (customer) => balanceOf(balancePorts, walletPurse(customer).id, home),
    stop: () => cloud.stop(),
  };
};

const synthesizeStacks = async (
  { configFile, stateDir }: PlatformOptions,
  progress: (step: string) => void,
): Promise<string> => {
  const outdir = path.join(stateDir ?? path.join(root, ".farebox"), "cdk.out");
  progress("Synthesizing the stacks");
  await synthesize({
    root,
    outdir,
    ...(configFile !== undefined && { environment: { FAREBOX_CONFIG: path.resolve(configFile) } }),
  });
  return outdir;
};

/** The endpoints of each region load their weights from that region's bucket. */
const uploadEverywhere = async (services: ServicesUp, farebox: Farebox): Promise<void> => {
  for (const { stack, ref: bucket } of services.deployment.resources("AWS::S3::Bucket")) {
    if (bucket !== artifactsBucketName(farebox.stage, stack)) continue;
    const s3 = new S3Client({ ...services.clientConfig(stack.region), forcePathStyle: true });
    try {
      await uploadArtifacts(s3, bucket, farebox);
    } finally {
      s3.destroy();
    }
  }
};

/** Forgets everything a state folder holds. */
export const forget = (stateDir: string): void => rmSync(stateDir, { recursive: true, force: true });
