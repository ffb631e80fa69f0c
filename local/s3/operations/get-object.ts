import type { FileHandle } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { answerEmpty } from "../answer.ts";
import type { Bucket } from "../bucket.ts";
import { byteRange } from "../byte-range.ts";
import { keyChecks } from "../encryption.ts";
import { objectHeaders } from "../object-headers.ts";
import { readPrecondition } from "../preconditions.ts";
import { keyOf, type S3Operation, type S3Storage } from "../s3-operation.ts";
import type { S3Request } from "../s3-request.ts";
import type { StoredObject } from "../stored-object.ts";
import type { AccessCheck } from "../../aws-service.ts";
import { findReadable, readChecks } from "./find-readable.ts";

/** `response-content-type` and the like: headers of the answer that the URL sets. */
const overridable = [
  "content-type",
  "content-language",
  "expires",
  "cache-control",
  "content-disposition",
  "content-encoding",
];

export const getObject: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const versionId = request.query.get("versionId") ?? undefined;
  return {
    checks: [...readChecks(bucket, key, versionId), ...decryptChecks(bucket, key, versionId, storage)],
    async run() {
      const { object, file } = await openReadable(request, bucket, key, versionId);
      try {
        await sendObject(request, bucket, object, file);
      } finally {
        await file.close();
      }
    },
  };
};

export const headObject: S3Operation = (request, storage) => {
  const bucket = storage.bucket(request.bucket, request.region);
  const key = keyOf(request);
  const versionId = request.query.get("versionId") ?? undefined;
  return {
    checks: [
      ...readChecks(bucket, key, versionId),
      // Attributes are not encrypted; a checksum is.
      ...(wantsChecksum(request) ? decryptChecks(bucket, key, versionId, storage) : []),
    ],
    run() {
      const object = findReadable(request, bucket, key, versionId);
      const { status, headers } = describe(request, bucket, object);
      answerEmpty(request, status, headers);
    },
  };
};

/** What it takes to decrypt an object of a key, where there is one and it is encrypted under a key of KMS. */
export function decryptChecks(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  storage: S3Storage,
): AccessCheck[] {
  const object = bucket.objects.find(key, versionId);
  return object?.kind === "object"
    ? keyChecks("kms:Decrypt", object.encryption, bucket, key, storage.kms)
    : [];
}

/** Finds an object and opens its content, again if another writer replaced the object in between. */
export async function openReadable(
  request: S3Request,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): Promise<{ object: StoredObject; file: FileHandle }> {
  for (;;) {
    const object = findReadable(request, bucket, key, versionId);
    const file = await bucket.objects.openContent(object);
    if (file !== undefined) return { object, file };
    if (bucket.objects.find(key, versionId) === object) {
      throw new Error(`the content of s3://${bucket.name}/${key} (${object.content}) is missing`);
    }
  }
}

const wantsChecksum = (request: S3Request): boolean => request.header("x-amz-checksum-mode") === "ENABLED";

async function sendObject(
  request: S3Request,
  bucket: Bucket,
  object: StoredObject,
  file: FileHandle,
): Promise<void> {
  const { status, headers, first, last } = describe(request, bucket, object);
  if (status === 304 || first > last) return answerEmpty(request, status, headers);
  request.response.writeHead(status, headers);
  await stream(file, first, last, request.response);
}

async function stream(
  file: FileHandle,
  first: number,
  last: number,
  response: ServerResponse,
): Promise<void> {
  try {
    await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
  } catch (error) {
    // The reader hung up; there is nobody left to tell.
    if (!response.destroyed) throw error;
  }
}

/** Status, headers and bytes of the answer to a GET or HEAD, conditions and ranges considered. */
function describe(
  request: S3Request,
  bucket: Bucket,
  object: StoredObject,
): { status: number; headers: Record<string, string>; first: number; last: number } {
  const whole = { first: 0, last: object.size - 1 };
  if (readPrecondition(request, object) === "not-modified") {
    return { status: 304, headers: objectHeaders(object, bucket, false), ...whole };
  }
  const range = byteRange(request.header("range"), object.size);
  const { first, last } = range ?? whole;
  const headers = {
    // A checksum is of the whole object: with a part of it, it would not verify.
    ...objectHeaders(object, bucket, wantsChecksum(request) && range === undefined),
    ...overriddenHeaders(request),
    "content-length": String(last - first + 1),
  };
  if (range === undefined) return { status: 200, headers, first, last };
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${first}-${last}/${object.size}` },
    first,
    last,
  };
}

function overriddenHeaders(request: S3Request): Record<string, string> {
  return Object.fromEntries(
    overridable.flatMap((name) => {
      const value = request.query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}
