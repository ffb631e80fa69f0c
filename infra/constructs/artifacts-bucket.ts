import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { artifactsBucketName } from "../artifact.ts";

type ArtifactsBucketProps = { readonly stage: string; readonly key: IKey };

/** Where a region's model artifacts lie. A bucket key spares a KMS call per file of a model. */
export const artifactsBucket = (
  scope: Construct,
  id: string,
  { stage, key }: ArtifactsBucketProps,
): Bucket => {
  const bucket = new Bucket(scope, id, {
    bucketName: artifactsBucketName(stage, Stack.of(scope)),
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    versioned: true,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        id: "replaced-files",
        noncurrentVersionExpiration: Duration.days(90),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions-S1",
    reason:
      "Holds model weights, no customer data; only endpoint roles read it, when an instance starts. CloudTrail data events serve an audit better than server access logs.",
  });
  return bucket;
};
