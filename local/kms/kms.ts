import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AwsError, type AccessCheck, type AwsCall, type AwsService } from "../aws-service.ts";
import type { Deployment } from "../cloudformation/template.ts";
import type { EncryptionContext } from "./ciphertext.ts";
import { generateDataKey, generateDataKeyWithoutPlaintext } from "./data-key.ts";
import { describeKey } from "./describe-key.ts";
import { decrypt, encrypt, reEncrypt } from "./encrypt.ts";
import { keyCheck } from "./key-check.ts";
import { KeyMaterial } from "./key-material.ts";
import { Keyring } from "./keyring.ts";
import { aliasesFromTemplates, keysFromTemplates } from "./keys-from-templates.ts";
import type { KmsOperation, PreparedOperation } from "./kms-operation.ts";
import { operationNameOf } from "./kms-request.ts";
import { generateMac, verifyMac } from "./mac.ts";
import { getPublicKey, sign, verify } from "./sign.ts";

const operations: ReadonlyMap<string, KmsOperation> = new Map([
  ["Encrypt", encrypt],
  ["Decrypt", decrypt],
  ["ReEncrypt", reEncrypt],
  ["GenerateDataKey", generateDataKey],
  ["GenerateDataKeyWithoutPlaintext", generateDataKeyWithoutPlaintext],
  ["Sign", sign],
  ["Verify", verify],
  ["GetPublicKey", getPublicKey],
  ["GenerateMac", generateMac],
  ["VerifyMac", verifyMac],
  ["DescribeKey", describeKey],
]);

/** A key as another service sees it that uses the key for a caller (S3 for SSE-KMS). */
export type KeyAccess = {
  readonly keyArn: string;
  readonly enabled: boolean;
  /** What IAM is asked when `viaService` (such as `s3`) uses the key on the caller's behalf. */
  check(action: string, encryptionContext: EncryptionContext, viaService: string): AccessCheck;
};

export interface Kms extends AwsService {
  /** By key id, key ARN, alias name or alias ARN; throws `NotFoundException`. */
  keyAccess(keyArnOrAlias: string, region: string): KeyAccess;
}

/**
 * KMS: the keys of the templates with real cryptography. Key material is kept in `<stateDir>/kms/keys.json`
 * (mode 0600), or in memory without `stateDir`.
 */
export function createKms(deployment: Deployment, options: { readonly stateDir?: string } = {}): Kms {
  const { stateDir } = options;
  const material = new KeyMaterial(stateDir === undefined ? undefined : join(stateDir, "kms", "keys.json"));
  const keyring = new Keyring(keysFromTemplates(deployment, material), aliasesFromTemplates(deployment));

  const prepare = (call: AwsCall): PreparedOperation => {
    const name = operationNameOf(call);
    const operation = operations.get(name);
    if (operation === undefined) {
      throw new AwsError("UnknownOperationException", `kms:${name} is not modelled on this machine`);
    }
    return operation(call, keyring);
  };

  return {
    protocol: "json",
    checks: (call) => prepare(call).checks,
    async handle(call) {
      const answer = Buffer.from(JSON.stringify(prepare(call).run()));
      call.response.writeHead(200, {
        "content-type": "application/x-amz-json-1.1",
        "content-length": answer.length,
        "x-amzn-requestid": randomUUID(),
      });
      call.response.end(answer);
    },
    keyAccess(keyArnOrAlias, region) {
      const key = keyring.find(keyArnOrAlias, region);
      return {
        keyArn: key.arn,
        enabled: key.enabled,
        check: (action, encryptionContext, viaService) =>
          keyCheck(key, action, encryptionContext, {
            "kms:ViaService": `${viaService}.${region}.amazonaws.com`,
          }),
      };
    },
  };
}
