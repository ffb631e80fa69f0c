import { createPublicKey, verify as verifySignature } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListKeysCommand,
  ReEncryptCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKms } from "../../../local/kms/kms.ts";
import { account, fakeDeployment, fakeKey, keyPolicy } from "../s3/fake-deployment.ts";
import { clientConfig, fakeFrontDoor } from "../s3/fake-front-door.ts";

const primaryArn = `arn:aws:kms:eu-west-1:${account}:key/mrk-1`;
const replicaArn = `arn:aws:kms:us-west-2:${account}:key/mrk-1`;

const deployment = fakeDeployment([
  fakeKey("mrk-1", { MultiRegion: true }),
  {
    type: "AWS::KMS::ReplicaKey",
    logicalId: "Replica",
    ref: "mrk-1",
    region: "us-west-2",
    attributes: { Arn: replicaArn },
    properties: { KeyPolicy: keyPolicy, PrimaryKeyArn: primaryArn },
  },
  fakeKey("other"),
  fakeKey("off", { Enabled: false }),
  fakeKey("ecc", { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
  fakeKey("rsa", { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }),
  fakeKey("mac", { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" }),
  {
    type: "AWS::KMS::Alias",
    logicalId: "Alias",
    ref: "alias/main",
    properties: { AliasName: "alias/main", TargetKeyId: primaryArn },
  },
]);

let door: Awaited<ReturnType<typeof fakeFrontDoor>>;
let kms: KMSClient;
let kmsElsewhere: KMSClient;

beforeAll(async () => {
  door = await fakeFrontDoor(createKms(deployment));
  kms = new KMSClient(clientConfig(door.url));
  kmsElsewhere = new KMSClient(clientConfig(door.url, "us-west-2"));
});
afterAll(async () => {
  kms.destroy();
  kmsElsewhere.destroy();
  await door.stop();
});

const text = Buffer.from("a secret");
const encrypt = (EncryptionContext: Record<string, string> = {}) =>
  kms.send(new EncryptCommand({ KeyId: "alias/main", Plaintext: text, EncryptionContext }));

describe("encryption", () => {
  test("a ciphertext decrypts without naming its key, context in any order", async () => {
    const { CiphertextBlob, KeyId } = await encrypt({ a: "1", b: "2" });
    expect(KeyId).toBe(primaryArn);
    const { Plaintext } = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { b: "2", a: "1" } }),
    );
    expect(Buffer.from(Plaintext ?? [])).toEqual(text);
  });

  test("a replica decrypts what its primary encrypted", async () => {
    const { CiphertextBlob } = await encrypt();
    const { Plaintext, KeyId } = await kmsElsewhere.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(Plaintext ?? [])).toEqual(text);
    expect(KeyId).toBe(replicaArn);
  });

  test("another context, a damaged blob, or no blob at all does not decrypt", async () => {
    const { CiphertextBlob } = await encrypt({ a: "1" });
    const damaged = Uint8Array.from(CiphertextBlob ?? [], (byte, index) =>
      index === (CiphertextBlob?.length ?? 0) - 1 ? byte ^ 1 : byte,
    );
    for (const request of [
      { CiphertextBlob, EncryptionContext: { a: "2" } },
      { CiphertextBlob: damaged, EncryptionContext: { a: "1" } },
      { CiphertextBlob: Buffer.from("junk") },
    ]) {
      await expect(kms.send(new DecryptCommand(request))).rejects.toMatchObject({
        name: "InvalidCiphertextException",
      });
    }
  });

  test("naming the wrong key is refused", async () => {
    const { CiphertextBlob } = await encrypt();
    await expect(kms.send(new DecryptCommand({ CiphertextBlob, KeyId: "other" }))).rejects.toMatchObject({
      name: "IncorrectKeyException",
    });
  });

  test("re-encryption moves a ciphertext to another key, asking about both", async () => {
    const { CiphertextBlob } = await encrypt();
    const moved = await kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: "other" }));
    const { Plaintext } = await kms.send(
      new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, KeyId: "other" }),
    );
    expect(Buffer.from(Plaintext ?? [])).toEqual(text);
    expect(door.asked).toContain(`kms:ReEncryptFrom ${primaryArn}`);
    expect(door.asked).toContain(`kms:ReEncryptTo arn:aws:kms:eu-west-1:${account}:key/other`);
  });

  test("a data key comes with its ciphertext, or as ciphertext only", async () => {
    const key = { KeyId: primaryArn, KeySpec: "AES_256" } as const;
    const { Plaintext, CiphertextBlob } = await kms.send(new GenerateDataKeyCommand(key));
    expect(Plaintext).toHaveLength(32);
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(decrypted.Plaintext).toEqual(Plaintext);
    const without = await kms.send(new GenerateDataKeyWithoutPlaintextCommand(key));
    expect(without).not.toHaveProperty("Plaintext");
  });
});

describe("signatures", () => {
  test.each([
    ["ecc", "ECDSA_SHA_256"],
    ["rsa", "RSASSA_PSS_SHA_384"],
    ["rsa", "RSASSA_PKCS1_V1_5_SHA_256"],
  ] as const)("%s signs with %s what only the same message verifies", async (KeyId, SigningAlgorithm) => {
    const signing = { KeyId, SigningAlgorithm };
    const { Signature } = await kms.send(new SignCommand({ ...signing, Message: text }));
    const verified = await kms.send(new VerifyCommand({ ...signing, Message: text, Signature }));
    expect(verified.SignatureValid).toBe(true);
    await expect(
      kms.send(new VerifyCommand({ ...signing, Message: Buffer.from("other"), Signature })),
    ).rejects.toMatchObject({ name: "KMSInvalidSignatureException" });
  });

  test("a signature verifies outside KMS, with the public key it gives", async () => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: "ecc" }));
    const { Signature } = await kms.send(
      new SignCommand({ KeyId: "ecc", SigningAlgorithm: "ECDSA_SHA_256", Message: text }),
    );
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
    expect(verifySignature("sha256", text, key, Signature ?? Buffer.alloc(0))).toBe(true);
  });

  test("a MAC verifies, and a forged one does not", async () => {
    const mac = { KeyId: "mac", MacAlgorithm: "HMAC_SHA_256", Message: text } as const;
    const { Mac } = await kms.send(new GenerateMacCommand(mac));
    expect((await kms.send(new VerifyMacCommand({ ...mac, Mac }))).MacValid).toBe(true);
    await expect(kms.send(new VerifyMacCommand({ ...mac, Mac: Buffer.alloc(32) }))).rejects.toMatchObject({
      name: "KMSInvalidMacException",
    });
  });
});

describe("keys", () => {
  test("a replica describes itself and its primary", async () => {
    const { KeyMetadata } = await kmsElsewhere.send(new DescribeKeyCommand({ KeyId: "mrk-1" }));
    expect(KeyMetadata).toMatchObject({
      Arn: replicaArn,
      MultiRegion: true,
      MultiRegionConfiguration: { MultiRegionKeyType: "REPLICA", PrimaryKey: { Arn: primaryArn } },
    });
  });

  test.each([
    ["one that is not there", "nothing", "NotFoundException"],
    ["one of another region", replicaArn, "NotFoundException"],
    ["a disabled one", "off", "DisabledException"],
    ["one for signatures", "ecc", "InvalidKeyUsageException"],
  ])("encrypting with %s is refused in AWS's words", async (_, KeyId, name) => {
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: text }))).rejects.toMatchObject({ name });
  });

  test("an operation that is not modelled says so by name", async () => {
    await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining("ListKeys"),
    });
  });

  test("the key policy is part of the question to IAM", () => {
    const check = createKms(deployment)
      .keyAccess("alias/main", "eu-west-1")
      .check("kms:Decrypt", { "aws:s3:arn": "arn:aws:s3:::b" }, "s3");
    expect(check).toMatchObject({
      resource: primaryArn,
      resourcePolicyMustAgree: true,
      resourcePolicy: { Statement: [{ Effect: "Allow" }] },
      context: {
        "kms:ViaService": "s3.eu-west-1.amazonaws.com",
        "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b",
      },
    });
  });

  test("a template with a key that is not modelled does not start", () => {
    const rsaEncryption = fakeDeployment([fakeKey("k", { KeySpec: "RSA_2048" })]);
    expect(() => createKms(rsaEncryption)).toThrow(/Keyk.*RSA_2048 key for ENCRYPT_DECRYPT/);
  });
});

test("what was encrypted before a restart decrypts after it, from a file only its owner reads", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "farebox-test-"));
  try {
    const run = async <T>(work: (client: KMSClient) => Promise<T>): Promise<T> => {
      const restarted = await fakeFrontDoor(createKms(deployment, { stateDir }));
      const client = new KMSClient(clientConfig(restarted.url));
      try {
        return await work(client);
      } finally {
        client.destroy();
        await restarted.stop();
      }
    };
    const { CiphertextBlob } = await run((client) =>
      client.send(new EncryptCommand({ KeyId: "mrk-1", Plaintext: text })),
    );
    const { Plaintext } = await run((client) => client.send(new DecryptCommand({ CiphertextBlob })));
    expect(Buffer.from(Plaintext ?? [])).toEqual(text);
    expect(statSync(join(stateDir, "kms", "keys.json")).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
});
