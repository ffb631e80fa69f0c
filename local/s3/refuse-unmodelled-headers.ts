import { AwsError } from "../aws-service.ts";
import { checksumAlgorithm, checksumHeader } from "./checksum.ts";
import type { S3Request } from "./s3-request.ts";

/** Signing, tracing and transfer: they do not change what is done. */
const transport = [
  "algorithm",
  "content-sha256",
  "credential",
  "date",
  "decoded-content-length",
  "expires",
  "sdk-checksum-algorithm",
  "security-token",
  "signature",
  "signedheaders",
  "trailer",
  "user-agent",
];

const modelled = [
  "checksum-algorithm",
  "checksum-mode",
  "checksum-type",
  "copy-source",
  "copy-source-if-match",
  "copy-source-if-modified-since",
  "copy-source-if-none-match",
  "copy-source-if-unmodified-since",
  "metadata-directive",
  "mp-object-size",
  "object-lock-mode",
  "object-lock-retain-until-date",
  "server-side-encryption",
  "server-side-encryption-aws-kms-key-id",
  "server-side-encryption-bucket-key-enabled",
];

const known = new Set([
  ...[...transport, ...modelled].map((name) => `x-amz-${name}`),
  ...checksumAlgorithm.options.map(checksumHeader),
]);

/** Headers of which only the values that change nothing are modelled. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  "x-amz-acl": ["private", "bucket-owner-full-control"],
  "x-amz-storage-class": ["STANDARD"],
};

/** Throws 501 for a header that asks for something else than what would be done: tags, ACLs, customer keys. */
export function refuseUnmodelledHeaders(request: S3Request, operation: string): void {
  for (const name of request.headerNames) {
    if (!name.startsWith("x-amz-") || name.startsWith("x-amz-meta-") || known.has(name)) continue;
    const value = request.header(name) ?? "";
    if (harmless[name]?.includes(value)) continue;
    if (name === "x-amz-expected-bucket-owner") {
      if (value === request.account) continue;
      throw new AwsError("AccessDenied", "Access Denied", 403);
    }
    throw new AwsError(
      "NotImplemented",
      `S3 ${operation} with ${name} is not modelled on this machine.`,
      501,
    );
  }
}
