import { z } from "zod";
import { describe } from "../cloudformation/property.ts";
import type { Deployment, Resource } from "../cloudformation/template.ts";
import { parsePolicy } from "../iam/parse-policy.ts";
import type { KeyMaterial } from "./key-material.ts";
import { keyKinds, keySpec, keyUsage } from "./key-spec.ts";
import type { KmsKey } from "./kms-key.ts";
import { inert, parseProperties } from "./parse-properties.ts";

const keyProperties = z.strictObject({
  KeyPolicy: z.unknown(),
  KeySpec: keySpec.default("SYMMETRIC_DEFAULT"),
  KeyUsage: keyUsage.default("ENCRYPT_DECRYPT"),
  Enabled: z.boolean().default(true),
  MultiRegion: z.boolean().default(false),
  Description: z.string().default(""),
  EnableKeyRotation: inert,
  RotationPeriodInDays: inert,
  PendingWindowInDays: inert,
  Tags: inert,
});

const replicaProperties = z.strictObject({
  KeyPolicy: z.unknown(),
  PrimaryKeyArn: z.string(),
  Enabled: z.boolean().default(true),
  Description: z.string().default(""),
  PendingWindowInDays: inert,
  Tags: inert,
});

const aliasProperties = z.strictObject({
  AliasName: z.string().startsWith("alias/"),
  TargetKeyId: z.string(),
});

export type KeyAlias = { readonly name: string; readonly region: string; readonly target: string };

/** Every key of the deployment, replicas after the primaries whose material they share. */
export function keysFromTemplates(deployment: Deployment, material: KeyMaterial): KmsKey[] {
  const primaries = deployment.resources("AWS::KMS::Key").map((resource) => primaryKey(resource, material));
  const replicas = deployment
    .resources("AWS::KMS::ReplicaKey")
    .map((resource) => replicaKey(resource, primaries));
  return [...primaries, ...replicas];
}

export function aliasesFromTemplates(deployment: Deployment): KeyAlias[] {
  return deployment.resources("AWS::KMS::Alias").map((resource) => {
    const { AliasName, TargetKeyId } = parseProperties(resource, aliasProperties);
    return { name: AliasName, region: resource.stack.region, target: TargetKeyId };
  });
}

function primaryKey(resource: Resource, material: KeyMaterial): KmsKey {
  const properties = parseProperties(resource, keyProperties);
  const arn = resource.attribute("Arn");
  const spec = properties.KeySpec;
  if (keyKinds[spec].usage !== properties.KeyUsage) {
    throw new Error(
      `${describe(resource)}: a ${spec} key for ${properties.KeyUsage} is not modelled on this machine`,
    );
  }
  return {
    arn,
    id: resource.ref,
    region: resource.stack.region,
    account: resource.stack.account,
    spec,
    usage: properties.KeyUsage,
    enabled: properties.Enabled,
    description: properties.Description,
    policy: parsePolicy(properties.KeyPolicy, describe(resource)),
    primaryArn: properties.MultiRegion ? arn : undefined,
    material: material.of(arn, spec),
  };
}

function replicaKey(resource: Resource, primaries: readonly KmsKey[]): KmsKey {
  const properties = parseProperties(resource, replicaProperties);
  const primary = primaries.find((key) => key.arn === properties.PrimaryKeyArn);
  if (primary === undefined) {
    throw new Error(`${describe(resource)}: no template has its primary key ${properties.PrimaryKeyArn}`);
  }
  if (primary.primaryArn === undefined) {
    throw new Error(`${describe(resource)}: its primary key ${primary.arn} is not a multi-Region key`);
  }
  const { region, account } = resource.stack;
  const arn = `arn:aws:kms:${region}:${account}:key/${primary.id}`;
  if (resource.attribute("Arn") !== arn) {
    throw new Error(`${describe(resource)}: a replica has its primary's key id, so its ARN must be ${arn}`);
  }
  return {
    ...primary,
    arn,
    region,
    account,
    enabled: properties.Enabled,
    description: properties.Description,
    policy: parsePolicy(properties.KeyPolicy, describe(resource)),
  };
}
