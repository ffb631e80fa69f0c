import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AwsError } from "../aws-service.ts";
import type { KmsKey } from "./kms-key.ts";

/** Pairs that must be given again to decrypt; authenticated, not stored. */
export type EncryptionContext = Readonly<Record<string, string>>;

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** `version, length of key id, key id, iv, tag, AES-256-GCM text`: a blob names its key, as KMS's blobs do. */
export function seal(key: KmsKey, plaintext: Buffer, context: EncryptionContext): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key.material, iv).setAAD(authenticated(context));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const id = Buffer.from(key.id, "ascii");
  return Buffer.concat([Buffer.from([version, id.length]), id, iv, cipher.getAuthTag(), text]);
}

/** Throws `InvalidCiphertextException` for a blob that is damaged, or whose context is not the one it was sealed with. */
export function open(key: KmsKey, blob: Buffer, context: EncryptionContext): Buffer {
  const sealed = blob.subarray(2 + keyIdOf(blob).length);
  const iv = sealed.subarray(0, ivBytes);
  const tag = sealed.subarray(ivBytes, ivBytes + tagBytes);
  if (tag.length !== tagBytes) throw invalidCiphertext();
  const decipher = createDecipheriv("aes-256-gcm", key.material, iv, { authTagLength: tagBytes })
    .setAAD(authenticated(context))
    .setAuthTag(tag);
  const text = decipher.update(sealed.subarray(ivBytes + tagBytes));
  try {
    return Buffer.concat([text, decipher.final()]);
  } catch {
    // Node says only "unable to authenticate data"; KMS says this, without a message.
    throw invalidCiphertext();
  }
}

/** The id of the key that sealed a blob. */
export function keyIdOf(blob: Buffer): string {
  const idBytes = blob[1];
  if (blob[0] !== version || idBytes === undefined || blob.length < 2 + idBytes + ivBytes + tagBytes) {
    throw invalidCiphertext();
  }
  return blob.toString("ascii", 2, 2 + idBytes);
}

/** The order of the pairs does not matter to KMS. */
const authenticated = (context: EncryptionContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))));

const invalidCiphertext = (): AwsError => new AwsError("InvalidCiphertextException", "");
