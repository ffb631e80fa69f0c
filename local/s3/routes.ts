import { AwsError } from "../aws-service.ts";
import {
  getBucketLocation,
  getBucketVersioning,
  getObjectLockConfiguration,
  headBucket,
} from "./operations/bucket-reads.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { copyObject } from "./operations/copy-object.ts";
import { createMultipartUpload } from "./operations/create-multipart-upload.ts";
import { deleteObject, deleteObjects } from "./operations/delete-object.ts";
import { getObject, headObject } from "./operations/get-object.ts";
import { abortMultipartUpload, listMultipartUploads, listParts } from "./operations/list-multipart.ts";
import { listObjectsV2 } from "./operations/list-objects.ts";
import { listObjectVersions } from "./operations/list-versions.ts";
import { putObject } from "./operations/put-object.ts";
import { uploadPart } from "./operations/upload-part.ts";
import type { S3Operation } from "./s3-operation.ts";
import type { S3Request } from "./s3-request.ts";

type Route = {
  readonly name: string;
  readonly method: string;
  readonly on: "bucket" | "object";
  /** Query parameters that make it this operation. */
  readonly needs: readonly string[];
  /** Other query parameters it understands. */
  readonly takes: readonly string[];
  readonly copies?: boolean;
  readonly operation: S3Operation;
};

const listing = ["prefix", "delimiter", "max-keys", "encoding-type"];
const overrides = ["type", "language", "disposition", "encoding"].map((name) => `response-content-${name}`);
const reading = ["versionId", ...overrides, "response-expires", "response-cache-control"];

/** Every operation that is modelled. S3 tells them apart by method, target and query, the most specific first. */
const routes: readonly Route[] = [
  {
    name: "ListObjectVersions",
    method: "GET",
    on: "bucket",
    needs: ["versions"],
    takes: [...listing, "key-marker", "version-id-marker"],
    operation: listObjectVersions,
  },
  {
    name: "ListMultipartUploads",
    method: "GET",
    on: "bucket",
    needs: ["uploads"],
    takes: ["prefix", "delimiter", "max-uploads", "encoding-type"],
    operation: listMultipartUploads,
  },
  {
    name: "GetBucketLocation",
    method: "GET",
    on: "bucket",
    needs: ["location"],
    takes: [],
    operation: getBucketLocation,
  },
  {
    name: "GetBucketVersioning",
    method: "GET",
    on: "bucket",
    needs: ["versioning"],
    takes: [],
    operation: getBucketVersioning,
  },
  {
    name: "GetObjectLockConfiguration",
    method: "GET",
    on: "bucket",
    needs: ["object-lock"],
    takes: [],
    operation: getObjectLockConfiguration,
  },
  {
    name: "ListObjectsV2",
    method: "GET",
    on: "bucket",
    needs: ["list-type"],
    takes: [...listing, "continuation-token", "start-after", "fetch-owner"],
    operation: listObjectsV2,
  },
  { name: "HeadBucket", method: "HEAD", on: "bucket", needs: [], takes: [], operation: headBucket },
  {
    name: "DeleteObjects",
    method: "POST",
    on: "bucket",
    needs: ["delete"],
    takes: [],
    operation: deleteObjects,
  },
  {
    name: "ListParts",
    method: "GET",
    on: "object",
    needs: ["uploadId"],
    takes: ["max-parts", "part-number-marker"],
    operation: listParts,
  },
  { name: "GetObject", method: "GET", on: "object", needs: [], takes: reading, operation: getObject },
  { name: "HeadObject", method: "HEAD", on: "object", needs: [], takes: reading, operation: headObject },
  {
    name: "UploadPart",
    method: "PUT",
    on: "object",
    needs: ["uploadId", "partNumber"],
    takes: [],
    operation: uploadPart,
  },
  {
    name: "CopyObject",
    method: "PUT",
    on: "object",
    needs: [],
    takes: [],
    copies: true,
    operation: copyObject,
  },
  { name: "PutObject", method: "PUT", on: "object", needs: [], takes: [], operation: putObject },
  {
    name: "AbortMultipartUpload",
    method: "DELETE",
    on: "object",
    needs: ["uploadId"],
    takes: [],
    operation: abortMultipartUpload,
  },
  {
    name: "DeleteObject",
    method: "DELETE",
    on: "object",
    needs: [],
    takes: ["versionId"],
    operation: deleteObject,
  },
  {
    name: "CreateMultipartUpload",
    method: "POST",
    on: "object",
    needs: ["uploads"],
    takes: [],
    operation: createMultipartUpload,
  },
  {
    name: "CompleteMultipartUpload",
    method: "POST",
    on: "object",
    needs: ["uploadId"],
    takes: [],
    operation: completeMultipartUpload,
  },
];

/** The operation of a request; throws 501 for one that is not modelled, saying what was asked for. */
export function routeOf(request: S3Request): Route {
  const target = request.key !== undefined ? "object" : request.bucket !== undefined ? "bucket" : "account";
  const asked = [...request.query.keys()].filter((name) => name !== "x-id" && !/^x-amz-/i.test(name));
  const copies = request.header("x-amz-copy-source") !== undefined;
  const route = routes.find(
    (candidate) =>
      candidate.method === request.method &&
      candidate.on === target &&
      (candidate.copies ?? false) === copies &&
      candidate.needs.every((name) => request.query.has(name)) &&
      asked.every((name) => candidate.needs.includes(name) || candidate.takes.includes(name)),
  );
  if (route !== undefined) return route;
  // The SDKs name the operation in `x-id`.
  const name =
    request.query.get("x-id") ??
    `${request.method} on ${target === "account" ? "the account" : `an ${target}`.replace("an b", "a b")}`;
  const parameters = asked.length === 0 ? "" : ` with ?${asked.join("&")}`;
  const source = copies ? " from a copy source" : "";
  throw new AwsError(
    "NotImplemented",
    `S3 ${name}${parameters}${source} is not modelled on this machine.`,
    501,
  );
}
