import { z } from "zod";
import { keyIdOf, open, seal } from "./ciphertext.ts";
import { keyCheck, mustServe } from "./key-check.ts";
import type { KmsKey } from "./kms-key.ts";
import type { KmsOperation } from "./kms-operation.ts";
import { blob, encryptionContext, keyId, parseRequest } from "./kms-request.ts";
import { AwsError } from "../aws-service.ts";
import type { Keyring } from "./keyring.ts";

const algorithm = z.literal("SYMMETRIC_DEFAULT").default("SYMMETRIC_DEFAULT");
const ciphertextBytesMax = 6144;

const encryptRequest = z.strictObject({
  KeyId: keyId,
  Plaintext: blob(4096),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: algorithm,
});

export const encrypt: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, encryptRequest);
  const key = keyring.find(request.KeyId, call.region);
  return {
    checks: [keyCheck(key, "kms:Encrypt", request.EncryptionContext)],
    run() {
      mustServe(key, "ENCRYPT_DECRYPT", "Encrypt");
      return {
        CiphertextBlob: seal(key, request.Plaintext, request.EncryptionContext).toString("base64"),
        KeyId: key.arn,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },
  };
};

const decryptRequest = z.strictObject({
  CiphertextBlob: blob(ciphertextBytesMax),
  KeyId: keyId.optional(),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: algorithm,
});

export const decrypt: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, decryptRequest);
  const key = sealingKey(keyring, call.region, request.CiphertextBlob, request.KeyId);
  return {
    checks: [keyCheck(key, "kms:Decrypt", request.EncryptionContext)],
    run() {
      mustServe(key, "ENCRYPT_DECRYPT", "Decrypt");
      return {
        Plaintext: open(key, request.CiphertextBlob, request.EncryptionContext).toString("base64"),
        KeyId: key.arn,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },
  };
};

const reEncryptRequest = z.strictObject({
  CiphertextBlob: blob(ciphertextBytesMax),
  SourceKeyId: keyId.optional(),
  SourceEncryptionContext: encryptionContext,
  SourceEncryptionAlgorithm: algorithm,
  DestinationKeyId: keyId,
  DestinationEncryptionContext: encryptionContext,
  DestinationEncryptionAlgorithm: algorithm,
});

export const reEncrypt: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, reEncryptRequest);
  const source = sealingKey(keyring, call.region, request.CiphertextBlob, request.SourceKeyId);
  const destination = keyring.find(request.DestinationKeyId, call.region);
  return {
    checks: [
      keyCheck(source, "kms:ReEncryptFrom", request.SourceEncryptionContext),
      keyCheck(destination, "kms:ReEncryptTo", request.DestinationEncryptionContext),
    ],
    run() {
      mustServe(source, "ENCRYPT_DECRYPT", "ReEncrypt");
      mustServe(destination, "ENCRYPT_DECRYPT", "ReEncrypt");
      const plaintext = open(source, request.CiphertextBlob, request.SourceEncryptionContext);
      return {
        CiphertextBlob: seal(destination, plaintext, request.DestinationEncryptionContext).toString("base64"),
        SourceKeyId: source.arn,
        KeyId: destination.arn,
        SourceEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
        DestinationEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },
  };
};

/** The key that a blob names, which must be the one that the caller names, if it names one. */
function sealingKey(keyring: Keyring, region: string, sealed: Buffer, named: string | undefined): KmsKey {
  const id = keyIdOf(sealed);
  if (named !== undefined && keyring.find(named, region).id !== id) {
    throw new AwsError(
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  }
  return keyring.find(id, region);
}
