import { createPublicKey, sign as signBytes, verify as verifyBytes } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../aws-service.ts";
import { keyCheck, mustServe } from "./key-check.ts";
import { privateKeyOf } from "./key-material.ts";
import type { KmsKey } from "./kms-key.ts";
import type { KmsOperation } from "./kms-operation.ts";
import { blob, keyId, parseRequest } from "./kms-request.ts";
import {
  nodeSigning,
  signingAlgorithm,
  signingAlgorithmsOf,
  type SigningAlgorithm,
} from "./signing-algorithm.ts";

const signRequest = z.strictObject({
  KeyId: keyId,
  Message: blob(4096),
  // Node cannot sign a digest that was made elsewhere: DIGEST is refused here, not signed wrongly.
  MessageType: z
    .literal("RAW", {
      error: "MessageType DIGEST is not modelled on this machine: sign the digest as a RAW message",
    })
    .default("RAW"),
  SigningAlgorithm: signingAlgorithm,
});

export const sign: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, signRequest);
  const key = keyring.find(request.KeyId, call.region);
  return {
    checks: [keyCheck(key, "kms:Sign", {}, conditionKeys(request))],
    run() {
      mustServe(key, "SIGN_VERIFY", "Sign");
      mustSupport(key, request.SigningAlgorithm);
      const { digest, ...options } = nodeSigning(request.SigningAlgorithm);
      const signature = signBytes(digest, request.Message, { key: privateKeyOf(key.material), ...options });
      return {
        KeyId: key.arn,
        Signature: signature.toString("base64"),
        SigningAlgorithm: request.SigningAlgorithm,
      };
    },
  };
};

const verifyRequest = signRequest.extend({ Signature: blob(6144) });

export const verify: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, verifyRequest);
  const key = keyring.find(request.KeyId, call.region);
  return {
    checks: [keyCheck(key, "kms:Verify", {}, conditionKeys(request))],
    run() {
      mustServe(key, "SIGN_VERIFY", "Verify");
      mustSupport(key, request.SigningAlgorithm);
      const { digest, ...options } = nodeSigning(request.SigningAlgorithm);
      const publicKey = createPublicKey(privateKeyOf(key.material));
      if (!verifyBytes(digest, request.Message, { key: publicKey, ...options }, request.Signature)) {
        throw new AwsError("KMSInvalidSignatureException", "");
      }
      return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: request.SigningAlgorithm };
    },
  };
};

const publicKeyRequest = z.strictObject({ KeyId: keyId });

export const getPublicKey: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, publicKeyRequest);
  const key = keyring.find(request.KeyId, call.region);
  return {
    checks: [keyCheck(key, "kms:GetPublicKey")],
    run() {
      // AWS's words for a symmetric key, which has no public half.
      if (key.usage !== "SIGN_VERIFY") {
        throw new AwsError("UnsupportedOperationException", `GetPublicKey is not valid for ${key.arn}.`);
      }
      mustServe(key, "SIGN_VERIFY", "GetPublicKey");
      const spki = createPublicKey(privateKeyOf(key.material)).export({ type: "spki", format: "der" });
      return {
        KeyId: key.arn,
        PublicKey: spki.toString("base64"),
        KeySpec: key.spec,
        CustomerMasterKeySpec: key.spec,
        KeyUsage: key.usage,
        SigningAlgorithms: signingAlgorithmsOf(key.spec),
      };
    },
  };
};

const conditionKeys = (request: z.output<typeof signRequest>): Record<string, string> => ({
  "kms:SigningAlgorithm": request.SigningAlgorithm,
  "kms:MessageType": request.MessageType,
});

function mustSupport(key: KmsKey, algorithm: SigningAlgorithm): void {
  if (signingAlgorithmsOf(key.spec).includes(algorithm)) return;
  throw new AwsError(
    "InvalidKeyUsageException",
    `Algorithm ${algorithm} and key spec ${key.spec} are incompatible.`,
  );
}
