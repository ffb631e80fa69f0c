import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsError } from "../aws-service.ts";
import { AwsChunkedDecoder } from "./aws-chunked.ts";
import {
  checksumAlgorithm,
  checksumHeader,
  startChecksum,
  type Checksum,
  type ChecksumAlgorithm,
} from "./checksum.ts";
import type { S3Request } from "./s3-request.ts";

/** Bytes that were written to a file and agree with every digest their sender gave. */
export type ReceivedBody = {
  readonly size: number;
  readonly md5: Buffer;
  /** The checksum the sender gave, in a header or in a trailer. */
  readonly checksum: Checksum | undefined;
};

/** Streams a request's body to a file; on any disagreement the file is removed and AWS's error thrown. */
export async function receiveBody(request: S3Request, file: string): Promise<ReceivedBody> {
  const decoder = isAwsChunked(request) ? new AwsChunkedDecoder() : undefined;
  const algorithm = announcedChecksum(request);
  try {
    const written = await writeContent(
      decoder === undefined ? [request.body] : [request.body, decoder],
      file,
      algorithm === undefined ? [] : [algorithm],
    );
    verifyLength(request, written.size);
    verifyDigests(request, written);
    const value = algorithm === undefined ? undefined : written.checksums.get(algorithm)?.toString("base64");
    if (algorithm === undefined || value === undefined) return { ...written, checksum: undefined };
    const name = checksumHeader(algorithm);
    verifyChecksum(algorithm, value, checksumOf(request, name) ?? decoder?.trailers.get(name));
    return { ...written, checksum: { algorithm, value, type: "FULL_OBJECT" } };
  } catch (error) {
    await rm(file, { force: true });
    throw request.body.errored === null ? error : new AwsError("IncompleteBody", "The connection was cut.");
  }
}

export type WrittenContent = {
  readonly size: number;
  readonly md5: Buffer;
  readonly sha256: Buffer;
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, Buffer>;
};

/** Writes a stream to a file and digests it on the way. The first of `sources` is piped through the others. */
export async function writeContent(
  sources: readonly [Readable, ...Transform[]],
  file: string,
  algorithms: readonly ChecksumAlgorithm[],
): Promise<WrittenContent> {
  let size = 0;
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  const running = algorithms.map((algorithm) => [algorithm, startChecksum(algorithm)] as const);
  const digesting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      md5.update(chunk);
      sha256.update(chunk);
      for (const [, checksum] of running) checksum.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline([...sources, digesting, createWriteStream(file, { flags: "wx" })]);
  return {
    size,
    md5: md5.digest(),
    sha256: sha256.digest(),
    checksums: new Map(running.map(([algorithm, checksum]) => [algorithm, checksum.digest()])),
  };
}

const isAwsChunked = (request: S3Request): boolean =>
  (request.header("content-encoding") ?? "").split(",").some((coding) => coding.trim() === "aws-chunked") ||
  (request.header("x-amz-content-sha256") ?? "").startsWith("STREAMING-");

/** The checksum of an upload. That of a presigned URL is of the empty body its signer saw, and S3 ignores it. */
const checksumOf = (request: S3Request, name: string): string | undefined =>
  request.isPresigned ? undefined : request.header(name);

function announcedChecksum(request: S3Request): ChecksumAlgorithm | undefined {
  const trailers = new Set(
    (request.header("x-amz-trailer") ?? "").split(",").map((name) => name.trim().toLowerCase()),
  );
  return checksumAlgorithm.options.find((algorithm) => {
    const name = checksumHeader(algorithm);
    return trailers.has(name) || checksumOf(request, name) !== undefined;
  });
}

function verifyLength(request: S3Request, size: number): void {
  const announced = request.header("x-amz-decoded-content-length");
  if (announced !== undefined && Number(announced) !== size) {
    throw new AwsError(
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
    );
  }
}

function verifyDigests(request: S3Request, written: WrittenContent): void {
  const md5 = request.header("content-md5");
  if (md5 !== undefined && md5 !== written.md5.toString("base64")) {
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  const sha256 = request.header("x-amz-content-sha256") ?? "";
  if (/^[0-9a-f]{64}$/.test(sha256) && sha256 !== written.sha256.toString("hex")) {
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

function verifyChecksum(algorithm: ChecksumAlgorithm, computed: string, sent: string | undefined): void {
  if (sent === undefined)
    throw new AwsError(
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    );
  if (sent !== computed) {
    throw new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}
