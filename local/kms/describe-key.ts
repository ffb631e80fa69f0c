import { z } from "zod";
import { keyCheck } from "./key-check.ts";
import type { KmsKey } from "./kms-key.ts";
import type { KmsOperation } from "./kms-operation.ts";
import { keyId, parseRequest } from "./kms-request.ts";
import { macAlgorithmOf } from "./mac.ts";
import { signingAlgorithmsOf } from "./signing-algorithm.ts";

const request = z.strictObject({ KeyId: keyId });

export const describeKey: KmsOperation = (call, keyring) => {
  const { KeyId } = parseRequest(call, request);
  const key = keyring.find(KeyId, call.region);
  return {
    checks: [keyCheck(key, "kms:DescribeKey")],
    run: () => ({ KeyMetadata: metadataOf(key) }),
  };
};

function metadataOf(key: KmsKey): Record<string, unknown> {
  return {
    AWSAccountId: key.account,
    Arn: key.arn,
    KeyId: key.id,
    Description: key.description,
    Enabled: key.enabled,
    KeyState: key.enabled ? "Enabled" : "Disabled",
    KeyUsage: key.usage,
    KeySpec: key.spec,
    CustomerMasterKeySpec: key.spec,
    Origin: "AWS_KMS",
    KeyManager: "CUSTOMER",
    ...algorithmsOf(key),
    MultiRegion: key.primaryArn !== undefined,
    ...(key.primaryArn === undefined
      ? {}
      : {
          MultiRegionConfiguration: {
            MultiRegionKeyType: key.primaryArn === key.arn ? "PRIMARY" : "REPLICA",
            PrimaryKey: { Arn: key.primaryArn, Region: key.primaryArn.split(":")[3] },
          },
        }),
  };
}

function algorithmsOf(key: KmsKey): Record<string, readonly string[]> {
  switch (key.usage) {
    case "ENCRYPT_DECRYPT":
      return { EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"] };
    case "SIGN_VERIFY":
      return { SigningAlgorithms: signingAlgorithmsOf(key.spec) };
    case "GENERATE_VERIFY_MAC": {
      const algorithm = macAlgorithmOf(key);
      return { MacAlgorithms: algorithm === undefined ? [] : [algorithm] };
    }
  }
}
