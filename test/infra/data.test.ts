import { describe, expect, test } from "vitest";
import { exampleConfig } from "./example-config.ts";
import { synthesize } from "./synthesize.ts";

const oneRegion = synthesize(exampleConfig());
const twoRegions = synthesize(exampleConfig({ regions: ["us-east-1", "eu-west-1"] }));

const resources = (type: string, synthesized = oneRegion) =>
  [...synthesized.templates].flatMap(([stack, template]) =>
    Object.entries(template.findResources(type)).map(([id, resource]) => ({ stack, id, ...resource })),
  );

describe("every table", () => {
  const tables = resources("AWS::DynamoDB::GlobalTable", twoRegions);

  test("is one of directory, accounts, and a usage table per region", () => {
    expect(tables.map(({ stack, Properties }) => `${stack}: ${Properties.TableName}`)).toEqual([
      "global-tables-us-east-1: farebox-test-directory",
      "global-tables-us-east-1: farebox-test-accounts",
      "data-us-east-1: farebox-test-usage",
      "data-eu-west-1: farebox-test-usage",
    ]);
  });

  test.each(tables.flatMap((table) => table.Properties.Replicas.map((replica: object) => [table, replica] as const)))(
    "survives mistakes: restorable, not deleted by a click nor with its stack, under our key (%#)",
    (table, replica) => {
      expect(table).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
      expect(table.Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: "KMS" });
      expect(replica).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { KMSMasterKeyId: expect.anything() },
      });
    },
  );

  test("has replicas in all regions if it is global, each under its own region's key", () => {
    const keysByRegion = (index: number) =>
      tables[index]?.Properties.Replicas.map(
        (replica: { Region: string; SSESpecification: { KMSMasterKeyId: Record<string, { StackName: string }> } }) =>
          `${replica.Region} under ${replica.SSESpecification.KMSMasterKeyId["Fn::GetStackOutput"]?.StackName}`,
      ).toSorted();
    const both = ["eu-west-1 under farebox-test-key-eu-west-1", "us-east-1 under farebox-test-key-us-east-1"];
    expect([keysByRegion(0), keysByRegion(1)]).toEqual([both, both]);
    expect([keysByRegion(2), keysByRegion(3)]).toEqual([[both[1]], [both[0]]]);
  });

  test("of usage events streams what was written", () => {
    for (const { Properties } of tables.filter((table) => table.Properties.TableName === "farebox-test-usage"))
      expect(Properties.StreamSpecification).toEqual({ StreamViewType: "NEW_IMAGE" });
  });
});

describe("the artifacts bucket", () => {
  const [bucket] = resources("AWS::S3::Bucket");
  const [policy] = resources("AWS::S3::BucketPolicy");

  test("is versioned, private, kept, and encrypted under our key", () => {
    expect(bucket).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    expect(bucket?.Properties).toMatchObject({
      VersioningConfiguration: { Status: "Enabled" },
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
  });

  test("refuses whoever comes without TLS", () => {
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "s3:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    );
  });
});

test("the key rotates, and each other region has a replica of it", () => {
  expect(resources("AWS::KMS::Key", twoRegions).map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({ MultiRegion: true, EnableKeyRotation: true }),
  ]);
  expect(resources("AWS::KMS::ReplicaKey", twoRegions).map(({ stack }) => stack)).toEqual(["key-eu-west-1"]);
});

test("every log group is under our key and is not kept for ever", () => {
  const groups = resources("AWS::Logs::LogGroup", twoRegions);
  expect(groups.length).toBeGreaterThan(0);
  for (const { Properties } of groups)
    expect(Properties).toMatchObject({ KmsKeyId: expect.anything(), RetentionInDays: 90 });
});
