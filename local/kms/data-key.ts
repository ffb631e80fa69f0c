import { randomBytes } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../aws-service.ts";
import { seal } from "./ciphertext.ts";
import { keyCheck, mustServe } from "./key-check.ts";
import type { KmsOperation } from "./kms-operation.ts";
import { encryptionContext, keyId, parseRequest } from "./kms-request.ts";

const request = z.strictObject({
  KeyId: keyId,
  EncryptionContext: encryptionContext,
  KeySpec: z.enum(["AES_128", "AES_256"]).optional(),
  NumberOfBytes: z.int().min(1).max(1024).optional(),
});

const dataKeyOperation =
  (name: "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext"): KmsOperation =>
  (call, keyring) => {
    const { KeyId, EncryptionContext, KeySpec, NumberOfBytes } = parseRequest(call, request);
    if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
      throw new AwsError(
        "ValidationException",
        "Please specify either number of bytes or key spec, but not both.",
      );
    }
    const key = keyring.find(KeyId, call.region);
    return {
      checks: [keyCheck(key, `kms:${name}`, EncryptionContext)],
      run() {
        mustServe(key, "ENCRYPT_DECRYPT", name);
        const dataKey = randomBytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
        return {
          CiphertextBlob: seal(key, dataKey, EncryptionContext).toString("base64"),
          KeyId: key.arn,
          ...(name === "GenerateDataKey" ? { Plaintext: dataKey.toString("base64") } : {}),
        };
      },
    };
  };

export const generateDataKey = dataKeyOperation("GenerateDataKey");
export const generateDataKeyWithoutPlaintext = dataKeyOperation("GenerateDataKeyWithoutPlaintext");
