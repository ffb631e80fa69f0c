import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { fileLifeDays } from "../../core/files/file.ts";
import { filesBucketName } from "../files-bucket-name.ts";

type FilesBucketProps = { readonly stage: string; readonly key: IKey };

/**
 * Where a region's customers' files lie, a folder per customer. Without versions: what a customer deletes is gone. What
 * nobody deletes goes when it expires.
 */
export const filesBucket = (scope: Construct, id: string, { stage, key }: FilesBucketProps): Bucket => {
  const bucket = new Bucket(scope, id, {
    bucketName: filesBucketName(stage, Stack.of(scope)),
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        id: "expired-files",
        expiration: Duration.days(fileLifeDays),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions-S1",
    reason:
      "Server access logs would name customers' files one by one, in a bucket to be kept besides. CloudTrail data events, which name the caller, serve an audit better.",
  });
  return bucket;
};
