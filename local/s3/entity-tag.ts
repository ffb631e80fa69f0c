import { createHash, randomBytes } from "node:crypto";
import type { ObjectEncryption } from "./stored-object.ts";

/** The MD5 of the content, except under SSE-KMS, where S3 too gives a tag that is not a digest of it. */
export const entityTag = (md5: Buffer, encryption: ObjectEncryption): string =>
  (encryption.algorithm === "aws:kms" ? randomBytes(16) : md5).toString("hex");

/** The tag of an object put in parts: a digest of theirs, and how many they were. */
export function multipartEntityTag(partTags: readonly string[]): string {
  const digest = createHash("md5").update(Buffer.concat(partTags.map((tag) => Buffer.from(tag, "hex"))));
  return `${digest.digest("hex")}-${partTags.length}`;
}
