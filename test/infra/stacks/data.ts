import { describe, expect, test } from "vitest";
import { expiryAttribute } from "../../../functions/contract.ts";
import { exampleConfig } from "../example-config.ts";
import { resourcesOf } from "./resources-of.ts";
import { synthesize } from "./synthesize.ts";

const synthesized = synthesize(exampleConfig({ regions: ["us-east-1", "eu-west-1"] }));

const keptForever = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" };

describe("tables", () => {
  const tables = resourcesOf(synthesized, "AWS::DynamoDB::GlobalTable");

  /** `<region> under <stack of its key>`, for each replica of each table. */
  const replicas = tables.flatMap(({ stack, resource, properties }) =>
    properties.Replicas.map((replica: { Region: string; SSESpecification: { KMSMasterKeyId: object } }) => ({
      name: `${stack}: ${properties.TableName} in ${replica.Region}`,
      keyStack: JSON.stringify(replica.SSESpecification.KMSMasterKeyId).match(
        /farebox-test-(key-[\w-]+)/,
      )?.[1],
      resource,
      replica,
    })),
  );

  test("that are global have a replica in each region under that region's key; usage stays where it happened", () => {
    expect(new Set(replicas.map(({ name, keyStack }) => `${name} under ${keyStack}`))).toEqual(
      new Set([
        "data-eu-west-1: farebox-test-usage in eu-west-1 under key-eu-west-1",
        "data-us-east-1: farebox-test-usage in us-east-1 under key-us-east-1",
        "global-tables-us-east-1: farebox-test-directory in us-east-1 under key-us-east-1",
        "global-tables-us-east-1: farebox-test-directory in eu-west-1 under key-eu-west-1",
        "global-tables-us-east-1: farebox-test-accounts in us-east-1 under key-us-east-1",
        "global-tables-us-east-1: farebox-test-accounts in eu-west-1 under key-eu-west-1",
      ]),
    );
  });

  test.each(replicas)(
    "survive mistakes: $name can be restored, and goes neither by a click nor with its stack",
    (table) => {
      expect(table.resource).toMatchObject({
        ...keptForever,
        Properties: { SSESpecification: { SSEEnabled: true, SSEType: "KMS" } },
      });
      expect(table.replica).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    },
  );

  test("of usage events stream what was written", () => {
    const streams = tables
      .filter(({ properties }) => properties.TableName === "farebox-test-usage")
      .map(({ properties }) => properties.StreamSpecification);
    expect(streams).toEqual([{ StreamViewType: "NEW_IMAGE" }, { StreamViewType: "NEW_IMAGE" }]);
  });

  test("lose items by age only where these say so, by our attribute; keys never do", () => {
    const expiring = tables.filter(({ properties }) => properties.TimeToLiveSpecification?.Enabled);
    expect(new Set(expiring.map(({ properties }) => properties.TableName))).toEqual(
      // Of the usage table's items only progress says so: that usage events never do is tested with their store.
      new Set(["farebox-test-accounts", "farebox-test-usage"]),
    );
    for (const { properties } of expiring)
      expect(properties.TimeToLiveSpecification.AttributeName).toBe(expiryAttribute);
  });
});

describe("each region's buckets, of customers' files, of artifacts and of evidence,", () => {
  const buckets = resourcesOf(synthesized, "AWS::S3::Bucket");

  test("are private, kept, and encrypted under our key", () => {
    expect(buckets.map(({ stack }) => stack)).toEqual([
      "data-eu-west-1",
      "data-eu-west-1",
      "data-us-east-1",
      "data-us-east-1",
      "evidence-eu-west-1",
      "evidence-us-east-1",
    ]);
    for (const { resource, properties } of buckets) {
      expect(resource).toMatchObject(keptForever);
      expect(properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: expect.anything() },
            },
          ],
        },
      });
    }
  });

  test("keep what is replaced, except files: what a customer deletes is gone, and the rest after 30 days", () => {
    const [files, others] = [true, false].map((ofFiles) =>
      buckets.filter(({ properties }) => String(properties.BucketName).includes("-files-") === ofFiles),
    );
    expect(files).toHaveLength(2);
    for (const { properties } of files ?? []) {
      expect(properties).not.toHaveProperty("VersioningConfiguration");
      expect(properties.LifecycleConfiguration.Rules).toMatchObject([
        {
          Status: "Enabled",
          ExpirationInDays: 30,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ]);
    }
    for (const { properties } of others ?? [])
      expect(properties).toMatchObject({ VersioningConfiguration: { Status: "Enabled" } });
  });

  test("refuse whoever comes without TLS", () => {
    const policies = resourcesOf(synthesized, "AWS::S3::BucketPolicy");
    expect(policies).toHaveLength(buckets.length);
    for (const { properties } of policies)
      expect(properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "s3:*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      );
  });
});

test("the key rotates, outlives its stack, and has a replica in each other region", () => {
  const [key, ...others] = resourcesOf(synthesized, "AWS::KMS::Key");
  expect(others).toEqual([]);
  expect(key?.resource).toMatchObject({
    ...keptForever,
    Properties: { MultiRegion: true, EnableKeyRotation: true },
  });
  const replicas = resourcesOf(synthesized, "AWS::KMS::ReplicaKey");
  expect(replicas.map(({ stack }) => stack)).toEqual(["key-eu-west-1"]);
  expect(replicas[0]?.resource).toMatchObject(keptForever);
});

test("every log group is under our key, and is not kept for ever", () => {
  const groups = resourcesOf(synthesized, "AWS::Logs::LogGroup");
  expect(groups.length).toBeGreaterThan(0);
  for (const { properties } of groups)
    expect(properties).toMatchObject({ KmsKeyId: expect.anything(), RetentionInDays: 90 });
});
