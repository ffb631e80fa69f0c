import { AwsError } from "../aws-service.ts";
import type { Bucket } from "./bucket.ts";
import { requestedEncryption } from "./encryption.ts";
import { userMetadata, type S3Request } from "./s3-request.ts";
import type { S3Storage } from "./s3-operation.ts";
import type { ObjectAttributes, Retention } from "./stored-object.ts";

const storedHeaders = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
];
const dayMs = 24 * 3600 * 1000;

/** What a request that puts an object says about it besides its bytes. */
export function requestedAttributes(
  request: S3Request,
  bucket: Bucket,
  storage: S3Storage,
): ObjectAttributes {
  const retention = requestedRetention(request, bucket, storage.now());
  return {
    headers: requestedHeaders(request),
    metadata: userMetadata(request),
    encryption: requestedEncryption(request, bucket, storage.kms),
    ...(retention === undefined ? {} : { retention }),
  };
}

function requestedHeaders(request: S3Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of storedHeaders) {
    const value = name === "content-encoding" ? contentEncoding(request) : request.header(name);
    if (value !== undefined) headers[name] = value;
  }
  headers["content-type"] ??= "binary/octet-stream";
  return headers;
}

/** `aws-chunked` is how the upload was framed, not how the object is encoded. */
function contentEncoding(request: S3Request): string | undefined {
  const codings = (request.header("content-encoding") ?? "").split(",").map((coding) => coding.trim());
  return codings.filter((coding) => coding !== "" && coding !== "aws-chunked").join(",") || undefined;
}

export function requestedRetention(request: S3Request, bucket: Bucket, nowMs: number): Retention | undefined {
  const mode = request.header("x-amz-object-lock-mode");
  const until = request.header("x-amz-object-lock-retain-until-date");
  if (mode === undefined && until === undefined) {
    const byDefault = bucket.objectLock?.defaultRetention;
    return byDefault && { mode: byDefault.mode, untilMs: nowMs + byDefault.days * dayMs };
  }
  if (bucket.objectLock === undefined) {
    throw new AwsError("InvalidRequest", "Bucket is missing Object Lock Configuration");
  }
  const untilMs = Date.parse(until ?? "");
  if ((mode !== "GOVERNANCE" && mode !== "COMPLIANCE") || !(untilMs > nowMs)) {
    throw new AwsError(
      "InvalidArgument",
      "x-amz-object-lock-mode must be GOVERNANCE or COMPLIANCE, with a x-amz-object-lock-retain-until-date to come",
    );
  }
  return { mode, untilMs };
}
