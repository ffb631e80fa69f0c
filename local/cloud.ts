import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startApiGateways, type RunningApi } from "./api-gateway/start-api-gateways.ts";
import type { AccessCheck, Caller } from "./aws-service.ts";
import { createCallLog, type CallLog } from "./call-log.ts";
import { readDeployment, type LocalDeployment } from "./cloudformation/deployment.ts";
import { createCustomResources } from "./custom-resources.ts";
import { startDynamoDb, type DynamoDb } from "./dynamodb/dynamodb.ts";
import { startReplication, type Replication } from "./dynamodb/replication.ts";
import { createStreamSource } from "./dynamodb/stream-source.ts";
import { systemClock } from "./events/clock.ts";
import { startQueueMappings } from "./events/start-queue-mappings.ts";
import { startSchedules, type Schedules } from "./events/start-schedules.ts";
import { startStreamMappings } from "./events/start-stream-mappings.ts";
import { startFrontDoor } from "./front-door.ts";
import { createAccessKeys, type Credentials } from "./iam/access-keys.ts";
import { administrator } from "./iam/administrator.ts";
import { decide } from "./iam/decide.ts";
import { assumeRole, readRoles } from "./iam/roles.ts";
import { createKms } from "./kms/kms.ts";
import { deployFunctions, type DeployedFunctions } from "./lambda/deployed-functions.ts";
import { createLambdaService } from "./lambda/lambda-service.ts";
import type { LogSink } from "./log-event.ts";
import { createS3 } from "./s3/s3.ts";
import { createFetchModelData } from "./sagemaker/fetch-model-data.ts";
import type { ContainerSpec, RunningContainer } from "./sagemaker/run-container.ts";
import { createSageMaker } from "./sagemaker/sagemaker.ts";
import { createSqs } from "./sqs/sqs.ts";
import { createTeardown, type Teardown } from "./teardown.ts";

/** A container to run, and where its image is built from when it is an asset of the deployment. */
export type LocalContainer = ContainerSpec & { readonly imageSource: string | undefined };

export type CloudOptions = {
  /** What `cdk synth` wrote. */
  readonly cdkOut: string;
  /** Tables, objects, queues and keys live here and survive a restart; in memory and temporary folders without it. */
  readonly stateDir?: string;
  readonly log: LogSink;
  /** Of the first API; further ones get the ports that follow. */
  readonly apiPort?: number;
  /** Most environments of one function; further requests wait. */
  readonly environmentsMax?: number;
  /** Undefined where nothing on this machine can run the image. */
  readonly runContainer: (container: LocalContainer) => Promise<RunningContainer | undefined>;
  /** Runs when everything but endpoints and API is up: model artifacts are uploaded here. */
  readonly beforeEndpoints?: (cloud: ServicesUp) => Promise<void>;
  /**
   * The endpoints that must be up before the API opens; all of them if not given. The others start with the first
   * invocation of each, which waits for it.
   */
  readonly isEndpointNeeded?: (endpointName: string) => boolean;
};

/** For an AWS SDK client that acts as the administrator. */
export type ClientConfig = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
};

/** The cloud before its API opens. */
export type ServicesUp = {
  readonly deployment: LocalDeployment;
  readonly frontDoorUrl: string;
  readonly adminCredentials: Credentials;
  clientConfig(region: string): ClientConfig;
  readonly functions: DeployedFunctions;
  readonly dynamodb: DynamoDb;
  readonly replication: Replication;
  readonly callLog: CallLog;
  /** Every call that IAM refused, in AWS's words. */
  denials(): readonly string[];
};

export type LocalCloud = ServicesUp & {
  readonly apis: readonly RunningApi[];
  /** Of the only API in the region, with its stage. */
  apiUrl(region: string): string;
  readonly schedules: Schedules;
  /** Starts the endpoints that nobody has invoked yet, one after the other. */
  startRemainingEndpoints(): Promise<void>;
  stop(): Promise<void>;
};

const accountOf = (deployment: LocalDeployment): string => {
  const accounts = [...new Set(deployment.stacks.map((stack) => stack.account))];
  const [account] = accounts;
  if (account === undefined || accounts.length > 1)
    throw new Error(`the local cloud is one AWS account; the stacks name ${accounts.length}`);
  return account;
};

/** What containers mount is fetched at every start, so that it is a copy: worth keeping only beside other state. */
const modelDataFolder = (stateDir: string | undefined, teardown: Teardown): string => {
  if (stateDir !== undefined) return path.join(stateDir, "model-data");
  const folder = mkdtempSync(path.join(tmpdir(), "farebox-model-data-"));
  teardown.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const apiUrlOf = (apis: readonly RunningApi[], region: string): string => {
  const [api, ...others] = apis.filter((candidate) => candidate.region === region);
  if (api === undefined || others.length > 0)
    throw new Error(`${region} has ${others.length === 0 ? "no API" : "several APIs"}`);
  return api.url;
};

/** Runs the stacks of a `cdk.out` folder on this machine. When a part does not start, everything before it is stopped. */
export const startCloud = async (options: CloudOptions): Promise<LocalCloud> => {
  const teardown = createTeardown();
  try {
    return await start(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
};

const start = async (options: CloudOptions, teardown: Teardown): Promise<LocalCloud> => {
  const { log, stateDir } = options;
  const state = stateDir === undefined ? {} : { stateDir };

  const deployment = readDeployment(options.cdkOut);
  const accessKeys = createAccessKeys();
  const adminCredentials = accessKeys.issue(administrator(accountOf(deployment)));
  const callLog = createCallLog();

  const frontDoor = await startFrontDoor({ accessKeys, callLog, log });
  teardown.add(() => frontDoor.stop());

  const kms = createKms(deployment, state);
  frontDoor.serve("kms", kms);

  // Before anything reads a template further: what refers to a queue gets the URL that it has here.
  const sqs = createSqs(deployment, { ...state, kms, endpointUrl: frontDoor.url });
  frontDoor.serve("sqs", sqs);

  const dynamodb = await startDynamoDb(deployment, {
    stateDir,
    callLog,
    decryptCheck: (keyArn, region, tableName) =>
      kms.keyAccess(keyArn, region).check("kms:Decrypt", { "aws:dynamodb:tableName": tableName }, "dynamodb"),
  });
  teardown.add(() => dynamodb.stop());
  frontDoor.serve("dynamodb", dynamodb);
  // Policies may name a table's stream, whose ARN is known once the table is there.
  const roles = readRoles(deployment);
  const replication = await startReplication(dynamodb, log);
  teardown.add(() => replication.stop());

  const s3 = createS3(deployment, { ...state, kms });
  teardown.add(() => s3.stop?.());
  frontDoor.serve("s3", s3);

  const modelData = modelDataFolder(stateDir, teardown);
  const sagemaker = createSageMaker(deployment, {
    runContainer: (spec) =>
      options.runContainer({ ...spec, imageSource: deployment.imageSource(spec.image) }),
    fetchModelData: createFetchModelData({
      frontDoorUrl: frontDoor.url,
      credentialsOf: (roleArn) =>
        accessKeys.issue(assumeRole(roles.find(roleArn), "sagemaker.amazonaws.com", "SageMaker")),
      folder: modelData,
    }),
    report: (message) => log({ kind: "notice", message }),
  });
  teardown.add(() => sagemaker.stop());
  frontDoor.serve("sagemaker", sagemaker);

  const functions = deployFunctions(deployment, {
    roles,
    accessKeys,
    awsEndpointUrl: frontDoor.url,
    environmentsMax: options.environmentsMax ?? 16,
    log,
  });
  teardown.add(() => functions.stop());
  frontDoor.serve("lambda", createLambdaService(functions));

  const services: ServicesUp = {
    deployment,
    frontDoorUrl: frontDoor.url,
    adminCredentials,
    clientConfig: (region) => ({ endpoint: frontDoor.url, region, credentials: adminCredentials }),
    functions,
    dynamodb,
    replication,
    callLog,
    denials: () => frontDoor.denials(),
  };
  await options.beforeEndpoints?.(services);
  await Promise.all([
    sagemaker.startEndpoints(options.isEndpointNeeded),
    createCustomResources(deployment, functions),
  ]);
  functions.requireResolved();

  const isAllowed = (caller: Caller, check: AccessCheck): boolean => decide(caller, check).allowed;
  // A mapping may name a stream that a custom resource has found.
  const mappings = await startStreamMappings(deployment, functions, createStreamSource(dynamodb), {
    ...(stateDir === undefined ? {} : { checkpointDir: path.join(stateDir, "checkpoints") }),
    isAllowed,
    log,
  });
  teardown.add(() => mappings.stop());
  // What an earlier start left in a queue must not find half a cloud.
  const queueMappings = startQueueMappings(deployment, functions, {
    findQueue: (arn) => sqs.queue(arn),
    kms,
    isAllowed,
    log,
  });
  teardown.add(() => queueMappings.stop());

  const schedules = startSchedules(deployment, functions, systemClock, log);
  teardown.add(() => schedules.stop());

  const gateways = await startApiGateways(deployment, functions, {
    log,
    ...(options.apiPort === undefined ? {} : { port: options.apiPort }),
  });
  teardown.add(() => gateways.stop());

  return {
    ...services,
    apis: gateways.apis,
    apiUrl: (region) => apiUrlOf(gateways.apis, region),
    schedules,
    startRemainingEndpoints: () => sagemaker.startRemaining(),
    stop: () => teardown.run(),
  };
};
