import { answerEmpty, answerXml } from "../answer.ts";
import { AwsError } from "../../aws-service.ts";
import { s3Check, type S3Operation } from "../s3-operation.ts";
import { element } from "../xml.ts";

export const headBucket: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  return {
    checks: [s3Check("ListBucket", bucket)],
    run: () => answerEmpty(request, 200, { "x-amz-bucket-region": bucket.region }),
  };
};

/** `LocationConstraint` is empty for us-east-1, as it has been since before there was another region. */
export const getBucketLocation: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  return {
    checks: [s3Check("GetBucketLocation", bucket)],
    run: () =>
      answerXml(request, "LocationConstraint", [bucket.region === "us-east-1" ? undefined : bucket.region]),
  };
};

export const getBucketVersioning: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  return {
    checks: [s3Check("GetBucketVersioning", bucket)],
    run: () =>
      answerXml(request, "VersioningConfiguration", [
        bucket.versioning === "Off" ? undefined : element("Status", bucket.versioning),
      ]),
  };
};

export const getObjectLockConfiguration: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  return {
    checks: [s3Check("GetBucketObjectLockConfiguration", bucket)],
    run() {
      if (bucket.objectLock === undefined) {
        throw new AwsError(
          "ObjectLockConfigurationNotFoundError",
          "Object Lock configuration does not exist for this bucket",
          404,
        );
      }
      const byDefault = bucket.objectLock.defaultRetention;
      answerXml(request, "ObjectLockConfiguration", [
        element("ObjectLockEnabled", "Enabled"),
        byDefault &&
          element("Rule", [
            element("DefaultRetention", [element("Mode", byDefault.mode), element("Days", byDefault.days)]),
          ]),
      ]);
    },
  };
};
