import { join } from "node:path";
import { z } from "zod";
import type { PolicyDocument } from "../aws-service.ts";
import { describe } from "../cloudformation/property.ts";
import type { Deployment, Resource } from "../cloudformation/template.ts";
import { parsePolicy } from "../iam/parse-policy.ts";
import type { Kms } from "../kms/kms.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { Bucket, DefaultRetention } from "./bucket.ts";
import { MultipartUploads } from "./multipart.ts";
import { ObjectStore } from "./object-store.ts";
import type { ObjectEncryption } from "./stored-object.ts";

const encryptionRule = z.strictObject({
  BucketKeyEnabled: z.boolean().default(false),
  ServerSideEncryptionByDefault: z.discriminatedUnion("SSEAlgorithm", [
    z.strictObject({ SSEAlgorithm: z.literal("AES256") }),
    // Without a key id it would be the account's AWS-managed key, which no template declares.
    z.strictObject({ SSEAlgorithm: z.literal("aws:kms"), KMSMasterKeyID: z.string() }),
  ]),
});
type EncryptionRule = z.output<typeof encryptionRule>;

const retentionRule = z.strictObject({
  DefaultRetention: z.strictObject({
    Mode: z.enum(["GOVERNANCE", "COMPLIANCE"]),
    Days: z.int().min(1).optional(),
    Years: z.int().min(1).optional(),
  }),
});
type RetentionRule = z.output<typeof retentionRule>;

/** What is missing here is refused at start: notifications, replication, CORS, websites, ACLs and the like. */
const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: z
    .strictObject({ ServerSideEncryptionConfiguration: z.tuple([encryptionRule]) })
    .optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(["Enabled", "Suspended"]) }).optional(),
  ObjectLockEnabled: z.boolean().default(false),
  ObjectLockConfiguration: z
    .strictObject({ ObjectLockEnabled: z.literal("Enabled"), Rule: retentionRule.optional() })
    .optional(),
  // Every caller here is a role of the deployment: there is no public to block and no other owner.
  PublicAccessBlockConfiguration: inert,
  OwnershipControls: inert,
  // Housekeeping that S3 does in its own time, over days.
  LifecycleConfiguration: inert,
  LoggingConfiguration: inert,
  Tags: inert,
});

const bucketPolicyProperties = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });

/** Every bucket of the deployment, its objects kept under `<folder>/<bucket>`. */
export function bucketsFromTemplates(deployment: Deployment, folder: string, kms: Kms): Bucket[] {
  const policies = new Map<string, PolicyDocument>();
  for (const resource of deployment.resources("AWS::S3::BucketPolicy")) {
    const properties = parseProperties(resource, bucketPolicyProperties);
    policies.set(properties.Bucket, parsePolicy(properties.PolicyDocument, describe(resource)));
  }
  return deployment
    .resources("AWS::S3::Bucket")
    .map((resource) => bucketOf(resource, policies.get(resource.ref), join(folder, resource.ref), kms));
}

function bucketOf(resource: Resource, policy: PolicyDocument | undefined, folder: string, kms: Kms): Bucket {
  const properties = parseProperties(resource, bucketProperties);
  const { region, account } = resource.stack;
  const lock = properties.ObjectLockConfiguration;
  // As in AWS, Object Lock needs versions, and turns them on.
  const versioning = properties.ObjectLockEnabled
    ? "Enabled"
    : (properties.VersioningConfiguration?.Status ?? "Off");
  if (lock !== undefined && !properties.ObjectLockEnabled) {
    throw new Error(`${describe(resource)}: ObjectLockConfiguration needs ObjectLockEnabled`);
  }
  return {
    name: resource.ref,
    arn: `arn:aws:s3:::${resource.ref}`,
    region,
    account,
    versioning,
    encryption: defaultEncryption(
      properties.BucketEncryption?.ServerSideEncryptionConfiguration[0],
      region,
      kms,
    ),
    policy,
    objectLock: properties.ObjectLockEnabled
      ? lock?.Rule === undefined
        ? {}
        : { defaultRetention: defaultRetention(lock.Rule) }
      : undefined,
    objects: new ObjectStore(folder, versioning),
    uploads: new MultipartUploads(join(folder, "uploads")),
  };
}

function defaultEncryption(rule: EncryptionRule | undefined, region: string, kms: Kms): ObjectEncryption {
  const byDefault = rule?.ServerSideEncryptionByDefault;
  if (rule === undefined || byDefault?.SSEAlgorithm !== "aws:kms") return { algorithm: "AES256" };
  const { keyArn } = kms.keyAccess(byDefault.KMSMasterKeyID, region);
  return { algorithm: "aws:kms", keyArn, bucketKey: rule.BucketKeyEnabled };
}

const defaultRetention = ({ DefaultRetention: { Mode, Days, Years } }: RetentionRule): DefaultRetention => ({
  mode: Mode,
  days: Days ?? (Years ?? 0) * 365,
});
