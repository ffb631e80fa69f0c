import { z } from "zod";

export const keySpec = z.enum([
  "SYMMETRIC_DEFAULT",
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "ECC_NIST_P256",
  "ECC_NIST_P384",
  "ECC_NIST_P521",
  "ECC_SECG_P256K1",
  "HMAC_224",
  "HMAC_256",
  "HMAC_384",
  "HMAC_512",
]);
export type KeySpec = z.output<typeof keySpec>;

export const keyUsage = z.enum(["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"]);
export type KeyUsage = z.output<typeof keyUsage>;

/** How a spec's material is made, and the one usage that is modelled for it (RSA encryption is not). */
export type KeyKind =
  | { readonly type: "symmetric"; readonly usage: "ENCRYPT_DECRYPT" }
  | { readonly type: "rsa"; readonly usage: "SIGN_VERIFY"; readonly modulusBits: number }
  | { readonly type: "ec"; readonly usage: "SIGN_VERIFY"; readonly curve: string; readonly hashBits: number }
  | { readonly type: "hmac"; readonly usage: "GENERATE_VERIFY_MAC"; readonly hashBits: number };

export const keyKinds: Readonly<Record<KeySpec, KeyKind>> = {
  SYMMETRIC_DEFAULT: { type: "symmetric", usage: "ENCRYPT_DECRYPT" },
  RSA_2048: { type: "rsa", usage: "SIGN_VERIFY", modulusBits: 2048 },
  RSA_3072: { type: "rsa", usage: "SIGN_VERIFY", modulusBits: 3072 },
  RSA_4096: { type: "rsa", usage: "SIGN_VERIFY", modulusBits: 4096 },
  ECC_NIST_P256: { type: "ec", usage: "SIGN_VERIFY", curve: "P-256", hashBits: 256 },
  ECC_NIST_P384: { type: "ec", usage: "SIGN_VERIFY", curve: "P-384", hashBits: 384 },
  ECC_NIST_P521: { type: "ec", usage: "SIGN_VERIFY", curve: "P-521", hashBits: 512 },
  ECC_SECG_P256K1: { type: "ec", usage: "SIGN_VERIFY", curve: "secp256k1", hashBits: 256 },
  HMAC_224: { type: "hmac", usage: "GENERATE_VERIFY_MAC", hashBits: 224 },
  HMAC_256: { type: "hmac", usage: "GENERATE_VERIFY_MAC", hashBits: 256 },
  HMAC_384: { type: "hmac", usage: "GENERATE_VERIFY_MAC", hashBits: 384 },
  HMAC_512: { type: "hmac", usage: "GENERATE_VERIFY_MAC", hashBits: 512 },
};
