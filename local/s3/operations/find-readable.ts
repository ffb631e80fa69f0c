import { AwsError, type AccessCheck } from "../../aws-service.ts";
import type { Bucket } from "../bucket.ts";
import { s3Check } from "../s3-operation.ts";
import type { S3Request } from "../s3-request.ts";
import type { StoredObject } from "../stored-object.ts";

/** What it takes to read an object, or to be told that it is not there. */
export function readChecks(bucket: Bucket, key: string, versionId: string | undefined): AccessCheck[] {
  const found = bucket.objects.find(key, versionId)?.kind === "object";
  return [
    s3Check(versionId === undefined ? "GetObject" : "GetObjectVersion", bucket, key),
    // Whoever may not list a bucket may not learn which keys it lacks: S3 answers 403, not 404.
    ...(found ? [] : [s3Check("ListBucket", bucket, undefined, { "s3:prefix": key })]),
  ];
}

/** The object to read; throws S3's three ways of saying that there is none. */
export function findReadable(
  request: S3Request,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): StoredObject {
  const version = bucket.objects.find(key, versionId);
  if (version?.kind === "object") return version;
  if (version?.kind === "deleteMarker") request.response.setHeader("x-amz-delete-marker", "true");
  if (versionId === undefined) {
    throw new AwsError("NoSuchKey", "The specified key does not exist.", 404, { Key: key });
  }
  if (version?.kind === "deleteMarker") {
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
  }
  throw new AwsError("NoSuchVersion", "The specified version does not exist.", 404, {
    Key: key,
    VersionId: versionId,
  });
}
