import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { archiveBucketName } from "../archive-bucket-name.ts";
import type { ArchiveRetention } from "../config/archive.ts";

type ArchiveBucketProps = {
  readonly stage: string;
  readonly key: IKey;
  readonly retention: ArchiveRetention;
};

/**
 * Where a region's usage events are kept as evidence. The retention is the bucket's own and not the writer's: what is put
 * here is locked from its first moment, whoever puts it. A bucket key spares a KMS call per object.
 */
export const archiveBucket = (
  scope: Construct,
  id: string,
  { stage, key, retention }: ArchiveBucketProps,
): Bucket => {
  const duration = Duration.days(retention.retentionDays);
  const bucket = new Bucket(scope, id, {
    bucketName: archiveBucketName(stage, Stack.of(scope)),
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention:
      retention.mode === "compliance"
        ? ObjectLockRetention.compliance(duration)
        : ObjectLockRetention.governance(duration),
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions-S1",
    reason:
      "Written by one function, which keeps a log of its own, and read by audits. CloudTrail data events, which name the caller, serve an audit better than server access logs.",
  });
  return bucket;
};
