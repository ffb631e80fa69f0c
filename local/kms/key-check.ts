import { AwsError, type AccessCheck } from "../aws-service.ts";
import type { EncryptionContext } from "./ciphertext.ts";
import type { KeyUsage } from "./key-spec.ts";
import type { KmsKey } from "./kms-key.ts";

/** What IAM is asked before a key is used. `context` adds condition keys of the operation or of the calling service. */
export function keyCheck(
  key: KmsKey,
  action: string,
  encryptionContext: EncryptionContext = {},
  context: Readonly<Record<string, string>> = {},
): AccessCheck {
  const pairs = Object.entries(encryptionContext).map(([name, value]) => [
    `kms:EncryptionContext:${name}`,
    value,
  ]);
  return {
    action,
    resource: key.arn,
    resourcePolicy: key.policy,
    resourcePolicyMustAgree: true,
    context: {
      "kms:CallerAccount": key.account,
      "kms:KeySpec": key.spec,
      "kms:KeyUsage": key.usage,
      "kms:MultiRegion": String(key.primaryArn !== undefined),
      "kms:EncryptionContextKeys": Object.keys(encryptionContext),
      ...Object.fromEntries(pairs),
      ...context,
    },
  };
}

/** Throws unless the key is enabled and made for this usage. */
export function mustServe(key: KmsKey, usage: KeyUsage, operation: string): void {
  if (!key.enabled) throw new AwsError("DisabledException", `${key.arn} is disabled.`);
  if (key.usage !== usage) {
    throw new AwsError(
      "InvalidKeyUsageException",
      `${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`,
    );
  }
}
