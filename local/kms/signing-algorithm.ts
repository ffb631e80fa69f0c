import { constants, type SignKeyObjectInput } from "node:crypto";
import { z } from "zod";
import { keyKinds, type KeySpec } from "./key-spec.ts";

export const signingAlgorithm = z.enum([
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "ECDSA_SHA_256",
  "ECDSA_SHA_384",
  "ECDSA_SHA_512",
]);
export type SigningAlgorithm = z.output<typeof signingAlgorithm>;

/** The algorithms a key can use: an RSA key all RSA ones, a curve the one hash that fits it. */
export function signingAlgorithmsOf(spec: KeySpec): SigningAlgorithm[] {
  const kind = keyKinds[spec];
  if (kind.type === "rsa") return signingAlgorithm.options.filter((name) => name.startsWith("RSASSA"));
  if (kind.type === "ec")
    return signingAlgorithm.options.filter((name) => name === `ECDSA_SHA_${kind.hashBits}`);
  return [];
}

/** Node's digest name and padding for an algorithm; KMS uses a PSS salt as long as the hash. */
export function nodeSigning(
  algorithm: SigningAlgorithm,
): { readonly digest: string } & Pick<SignKeyObjectInput, "padding" | "saltLength"> {
  const digest = `sha${algorithm.slice(-3)}`;
  return algorithm.startsWith("RSASSA_PSS")
    ? {
        digest,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : { digest };
}
