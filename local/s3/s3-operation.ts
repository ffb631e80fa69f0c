import { AwsError, type AccessCheck } from "../aws-service.ts";
import type { Kms } from "../kms/kms.ts";
import type { Bucket } from "./bucket.ts";
import type { S3Request } from "./s3-request.ts";

/** The state that operations work on, and the clock. */
export type S3Storage = {
  /** Throws `NoSuchBucket`, or `PermanentRedirect` when the bucket is in another region. */
  bucket(name: string | undefined, region: string): Bucket;
  readonly kms: Kms;
  readonly now: () => number;
};

/** A call that was read: what it asks of IAM, and what it does once allowed. */
export type PreparedOperation = {
  readonly checks: readonly AccessCheck[];
  run(): Promise<void> | void;
};

export type S3Operation = (
  request: S3Request,
  storage: S3Storage,
) => PreparedOperation | Promise<PreparedOperation>;

/** The question whether the caller may do `action` to a bucket, or to an object in it. */
export const s3Check = (
  action: string,
  bucket: Bucket,
  key?: string,
  context: Readonly<Record<string, string>> = {},
): AccessCheck => ({
  action: `s3:${action}`,
  resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
  context,
  ...(bucket.policy === undefined ? {} : { resourcePolicy: bucket.policy }),
});

/** The key of a request that the routing table sends only with one. */
export function keyOf(request: S3Request): string {
  if (request.key === undefined) throw new AwsError("InvalidRequest", "The request names no object.");
  return request.key;
}

/** Headers of a request under the condition keys that policies know them by, `s3:x-amz-server-side-encryption` say. */
export function conditionKeysOf(request: S3Request): Record<string, string> {
  const names = [
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-copy-source",
    "x-amz-metadata-directive",
    "x-amz-acl",
    "x-amz-storage-class",
    "if-match",
    "if-none-match",
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.header(name);
      return value === undefined ? [] : [[`s3:${name}`, value]];
    }),
  );
}
