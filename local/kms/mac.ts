import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../aws-service.ts";
import { keyCheck, mustServe } from "./key-check.ts";
import { keyKinds } from "./key-spec.ts";
import type { KmsKey } from "./kms-key.ts";
import type { KmsOperation } from "./kms-operation.ts";
import { blob, keyId, parseRequest } from "./kms-request.ts";

const macAlgorithm = z.enum(["HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"]);
type MacAlgorithm = z.output<typeof macAlgorithm>;

const generateRequest = z.strictObject({ KeyId: keyId, Message: blob(4096), MacAlgorithm: macAlgorithm });

export const generateMac: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, generateRequest);
  const key = keyring.find(request.KeyId, call.region);
  return {
    checks: [keyCheck(key, "kms:GenerateMac", {}, { "kms:MacAlgorithm": request.MacAlgorithm })],
    run() {
      mustServe(key, "GENERATE_VERIFY_MAC", "GenerateMac");
      const mac = macOf(key, request.MacAlgorithm, request.Message);
      return { KeyId: key.arn, Mac: mac.toString("base64"), MacAlgorithm: request.MacAlgorithm };
    },
  };
};

const verifyRequest = generateRequest.extend({ Mac: blob(6144) });

export const verifyMac: KmsOperation = (call, keyring) => {
  const request = parseRequest(call, verifyRequest);
  const key = keyring.find(request.KeyId, call.region);
  return {
    checks: [keyCheck(key, "kms:VerifyMac", {}, { "kms:MacAlgorithm": request.MacAlgorithm })],
    run() {
      mustServe(key, "GENERATE_VERIFY_MAC", "VerifyMac");
      const mac = macOf(key, request.MacAlgorithm, request.Message);
      if (mac.length !== request.Mac.length || !timingSafeEqual(mac, request.Mac)) {
        throw new AwsError("KMSInvalidMacException", "");
      }
      return { KeyId: key.arn, MacValid: true, MacAlgorithm: request.MacAlgorithm };
    },
  };
};

/** The algorithm an HMAC key is made for, if it is one. */
export function macAlgorithmOf(key: KmsKey): MacAlgorithm | undefined {
  const kind = keyKinds[key.spec];
  return macAlgorithm.options.find((name) => kind.type === "hmac" && name === `HMAC_SHA_${kind.hashBits}`);
}

function macOf(key: KmsKey, algorithm: MacAlgorithm, message: Buffer): Buffer {
  if (macAlgorithmOf(key) !== algorithm) {
    throw new AwsError(
      "InvalidKeyUsageException",
      `Algorithm ${algorithm} and key spec ${key.spec} are incompatible.`,
    );
  }
  return createHmac(`sha${algorithm.slice(-3)}`, key.material)
    .update(message)
    .digest();
}
