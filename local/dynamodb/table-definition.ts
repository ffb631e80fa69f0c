import type { PolicyDocument } from "../aws-service.ts";
import { describe, objectList, objectProperty, refuseOtherProperties } from "../cloudformation/property.ts";
import type { Deployment, Resource } from "../cloudformation/template.ts";
import { parsePolicy } from "../iam/parse-policy.ts";
import { isObject, listAt, objectAt, textAt, type JsonObject } from "../json-value.ts";

/** One table in one region; a global table is several of these. */
export type TableDefinition = {
  readonly resource: Resource;
  readonly name: string;
  readonly region: string;
  readonly account: string;
  /** Partition key, then sort key if there is one. */
  readonly keyNames: readonly string[];
  /** Partition key of each index. */
  readonly indexPartitionKeys: ReadonlyMap<string, string>;
  /** Regions that hold a copy, this one included. */
  readonly replicaRegions: readonly string[];
  /** The customer's key that encrypts it, in its region. */
  readonly keyArn: string | undefined;
  readonly resourcePolicy: PolicyDocument | undefined;
  /** Body of `CreateTable`. */
  readonly creation: JsonObject;
  /** Body of `UpdateTimeToLive`, where items expire. */
  readonly timeToLive: JsonObject | undefined;
};

const modelled = [
  "AttributeDefinitions",
  "BillingMode",
  "GlobalSecondaryIndexes",
  "KeySchema",
  "LocalSecondaryIndexes",
  "ResourcePolicy",
  "SSESpecification",
  "StreamSpecification",
  "TableName",
  "TimeToLiveSpecification",
];

/** Without effect here: backups, protection from deletion, classes of storage, and throughput, which never runs out. */
const inert = [
  "ContributorInsightsSpecification",
  "DeletionProtectionEnabled",
  "OnDemandThroughput",
  "PointInTimeRecoverySpecification",
  "ProvisionedThroughput",
  "TableClass",
  "Tags",
  "WarmThroughput",
  "WriteOnDemandThroughputSettings",
  "WriteProvisionedThroughputSettings",
];

const replicaModelled = ["Region", "ResourcePolicy", "SSESpecification", "GlobalSecondaryIndexes"];

const keyNamesOf = (schema: unknown, where: string): readonly string[] =>
  listAt(schema, where)
    .map((part) => objectAt(part, where))
    .sort((a, b) => (a["KeyType"] === b["KeyType"] ? 0 : a["KeyType"] === "HASH" ? -1 : 1))
    .map((part) => textAt(part["AttributeName"], where));

const indexesOf = (resource: Resource, property: string): readonly JsonObject[] =>
  objectList(resource, property).map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));

const streamOf = (resource: Resource, replicaCount: number): JsonObject => {
  const given = resource.properties["StreamSpecification"];
  // Replication reads the stream, so a global table always has one.
  const viewType = isObject(given)
    ? given["StreamViewType"]
    : replicaCount > 1
      ? "NEW_AND_OLD_IMAGES"
      : undefined;
  return viewType === undefined
    ? {}
    : { StreamSpecification: { StreamEnabled: true, StreamViewType: viewType } };
};

const policyOf = (holder: JsonObject, where: string): PolicyDocument | undefined =>
  isObject(holder["ResourcePolicy"])
    ? parsePolicy(holder["ResourcePolicy"]["PolicyDocument"], where)
    : undefined;

const keyArnOf = (holder: JsonObject): string | undefined => {
  const key = isObject(holder["SSESpecification"]) ? holder["SSESpecification"]["KMSMasterKeyId"] : undefined;
  return typeof key === "string" ? key : undefined;
};

const define = (
  resource: Resource,
  region: string,
  replicaRegions: readonly string[],
  holder: JsonObject,
): TableDefinition => {
  const where = describe(resource);
  const indexes = indexesOf(resource, "GlobalSecondaryIndexes");
  const localIndexes = indexesOf(resource, "LocalSecondaryIndexes");
  const timeToLive = objectProperty(resource, "TimeToLiveSpecification");
  return {
    resource,
    name: resource.ref,
    region,
    account: resource.stack.account,
    keyNames: keyNamesOf(resource.properties["KeySchema"], where),
    indexPartitionKeys: new Map(
      [...indexes, ...localIndexes].map((index) => [
        textAt(index["IndexName"], where),
        keyNamesOf(index["KeySchema"], where)[0] ?? "",
      ]),
    ),
    replicaRegions,
    keyArn: keyArnOf(holder),
    resourcePolicy: policyOf(holder, where),
    creation: {
      TableName: resource.ref,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: resource.properties["AttributeDefinitions"],
      KeySchema: resource.properties["KeySchema"],
      ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
      ...(localIndexes.length > 0 ? { LocalSecondaryIndexes: localIndexes } : {}),
      ...streamOf(resource, replicaRegions.length),
    },
    timeToLive:
      timeToLive["Enabled"] === true
        ? { TableName: resource.ref, TimeToLiveSpecification: timeToLive }
        : undefined,
  };
};

const readTable = (resource: Resource): readonly TableDefinition[] => {
  refuseOtherProperties(resource, [...modelled, ...inert]);
  return [define(resource, resource.stack.region, [resource.stack.region], resource.properties)];
};

const readGlobalTable = (resource: Resource): readonly TableDefinition[] => {
  refuseOtherProperties(resource, [...modelled, ...inert, "MultiRegionConsistency", "Replicas"]);
  const where = describe(resource);
  if ((resource.properties["MultiRegionConsistency"] ?? "EVENTUAL") !== "EVENTUAL")
    throw new Error(`${where}: only eventual multi-Region consistency is modelled locally`);
  const replicas = objectList(resource, "Replicas");
  for (const name of replicas.flatMap((replica) => Object.keys(replica)))
    if (![...replicaModelled, ...inert].includes(name))
      throw new Error(`${where}: replica property ${name} is not modelled locally`);
  const regions = replicas.map((replica) => textAt(replica["Region"], where));
  return replicas.map((replica) => define(resource, textAt(replica["Region"], where), regions, replica));
};

/** Every table of the deployment, once per region. */
export const readTables = (deployment: Deployment): readonly TableDefinition[] => [
  ...deployment.resources("AWS::DynamoDB::Table").flatMap(readTable),
  ...deployment.resources("AWS::DynamoDB::GlobalTable").flatMap(readGlobalTable),
];
