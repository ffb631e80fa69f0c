import { AwsError, type AccessCheck } from "../aws-service.ts";
import type { Kms } from "../kms/kms.ts";
import type { Bucket } from "./bucket.ts";
import type { S3Request } from "./s3-request.ts";
import type { ObjectEncryption } from "./stored-object.ts";

const algorithmHeader = "x-amz-server-side-encryption";
const keyHeader = "x-amz-server-side-encryption-aws-kms-key-id";
const bucketKeyHeader = "x-amz-server-side-encryption-bucket-key-enabled";

/** How an object that is being put is encrypted: as the request says, or else as the bucket does by default. */
export function requestedEncryption(request: S3Request, bucket: Bucket, kms: Kms): ObjectEncryption {
  const algorithm = request.header(algorithmHeader);
  const key = request.header(keyHeader);
  switch (algorithm) {
    case undefined:
      if (key !== undefined)
        throw new AwsError("InvalidArgument", `${keyHeader} needs ${algorithmHeader}: aws:kms.`);
      return bucket.encryption;
    case "AES256":
      return { algorithm };
    case "aws:kms": {
      const ofBucket = bucket.encryption.algorithm === "aws:kms" ? bucket.encryption : undefined;
      if (key === undefined && ofBucket === undefined) {
        throw new AwsError("NotImplemented", "The AWS-managed key aws/s3 is not modelled: name a key.", 501);
      }
      const keyArn = key === undefined ? ofBucket?.keyArn : kmsKeyArn(key, bucket, kms);
      if (keyArn === undefined) return bucket.encryption;
      const bucketKey = request.header(bucketKeyHeader);
      return {
        algorithm,
        keyArn,
        bucketKey: bucketKey === undefined ? (ofBucket?.bucketKey ?? false) : bucketKey === "true",
      };
    }
    default:
      throw new AwsError("NotImplemented", `Encryption ${algorithm} is not modelled on this machine.`, 501);
  }
}

/** Reading or writing SSE-KMS objects takes the caller's own permission to use the key. */
export function keyChecks(
  action: "kms:GenerateDataKey" | "kms:Decrypt",
  encryption: ObjectEncryption,
  bucket: Bucket,
  key: string,
  kms: Kms,
): AccessCheck[] {
  if (encryption.algorithm !== "aws:kms") return [];
  const access = kms.keyAccess(encryption.keyArn, bucket.region);
  if (!access.enabled) throw new AwsError("KMS.DisabledException", `${access.keyArn} is disabled.`);
  // With a bucket key, S3 encrypts under the bucket's ARN, and asks KMS once for many objects.
  const context = { "aws:s3:arn": encryption.bucketKey ? bucket.arn : `${bucket.arn}/${key}` };
  return [access.check(action, context, "s3")];
}

export const encryptionHeaders = (encryption: ObjectEncryption): Record<string, string> =>
  encryption.algorithm === "AES256"
    ? { [algorithmHeader]: "AES256" }
    : {
        [algorithmHeader]: "aws:kms",
        [keyHeader]: encryption.keyArn,
        ...(encryption.bucketKey ? { [bucketKeyHeader]: "true" } : {}),
      };

function kmsKeyArn(key: string, bucket: Bucket, kms: Kms): string {
  try {
    return kms.keyAccess(key, bucket.region).keyArn;
  } catch (error) {
    if (error instanceof AwsError) throw new AwsError(`KMS.${error.code}`, error.message);
    throw error;
  }
}
