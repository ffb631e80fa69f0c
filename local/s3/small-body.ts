import { AwsError } from "../aws-service.ts";
import type { S3Request } from "./s3-request.ts";

const bytesMax = 4 * 1024 ** 2;

/** The XML that a request carries: a list of at most 1,000 keys, or of at most 10,000 parts. */
export async function readSmallBody(request: S3Request): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("a request body is read as bytes");
    bytes += chunk.length;
    if (bytes > bytesMax) throw new AwsError("MaxMessageLengthExceeded", "Your request was too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
