import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { ArchiveStore } from "../../../core/billing/archive.ts";
import { epochMs } from "../../../core/time.ts";

/**
 * The archive in a bucket. Its default retention (Object Lock) and encryption are the bucket's own, so that no caller can
 * choose less.
 */
export const s3Archive = (client: S3Client, bucket: string): ArchiveStore => ({
  async create(name, bytes) {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: name,
      Body: bytes,
      ContentType: "application/gzip",
      IfNoneMatch: "*",
      // A bucket with Object Lock wants a checksum; this one is also the link of the chain.
      ChecksumAlgorithm: "SHA256",
    });
    try {
      await client.send(command);
      return "created";
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return "exists";
      throw error;
    }
  },
  async read(name) {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
    if (!body) throw new Error(`S3 answered without the object ${name}`);
    return body.transformToByteArray();
  },
  async *list(prefix, after) {
    let token: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(token === undefined
            ? after !== undefined && { StartAfter: after }
            : { ContinuationToken: token }),
        }),
      );
      for (const { Key: name, LastModified: storedAt } of page.Contents ?? [])
        if (name !== undefined && storedAt) yield { name, storedAt: epochMs(storedAt.getTime()) };
      token = page.NextContinuationToken;
    } while (token !== undefined);
  },
});
