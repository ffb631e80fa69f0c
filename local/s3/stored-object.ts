import { z } from "zod";
import { checksum } from "./checksum.ts";

/** How an object says it is encrypted. On this machine its bytes are not: what is enforced is who may use the key. */
export const objectEncryption = z.discriminatedUnion("algorithm", [
  z.strictObject({ algorithm: z.literal("AES256") }),
  z.strictObject({ algorithm: z.literal("aws:kms"), keyArn: z.string(), bucketKey: z.boolean() }),
]);
export type ObjectEncryption = z.output<typeof objectEncryption>;

export const retention = z.strictObject({ mode: z.enum(["GOVERNANCE", "COMPLIANCE"]), untilMs: z.int() });
export type Retention = z.output<typeof retention>;

/** What is known of an object besides its key, version and content. */
export const objectAttributes = z.strictObject({
  /** `content-type`, `cache-control` and the like, as they were sent. */
  headers: z.record(z.string(), z.string()),
  /** `x-amz-meta-*` without that prefix. */
  metadata: z.record(z.string(), z.string()),
  encryption: objectEncryption,
  retention: retention.exactOptional(),
});
export type ObjectAttributes = z.output<typeof objectAttributes>;

export const storedObject = objectAttributes.extend({
  kind: z.literal("object"),
  versionId: z.string(),
  modifiedMs: z.int(),
  size: z.int(),
  /** Without quotes. */
  etag: z.string(),
  checksum: checksum.exactOptional(),
  /** Name of the file with its bytes, in the store's folder of contents. */
  content: z.string(),
});
export type StoredObject = z.output<typeof storedObject>;

export const deleteMarker = z.strictObject({
  kind: z.literal("deleteMarker"),
  versionId: z.string(),
  modifiedMs: z.int(),
});
export type DeleteMarker = z.output<typeof deleteMarker>;

export const objectVersion = z.discriminatedUnion("kind", [storedObject, deleteMarker]);
export type ObjectVersion = z.output<typeof objectVersion>;

/** All versions of a key, the newest first. */
export const keyHistory = z.strictObject({ key: z.string(), versions: z.array(objectVersion) });
