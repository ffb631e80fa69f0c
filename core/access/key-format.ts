import { assert } from "../assert.ts";
import { type KeyId, keyId, ulidOf } from "../identifiers.ts";
import { base62 } from "./base62.ts";
import { crc32 } from "./crc32.ts";

export const keyModes = ["live", "test"] as const;
export type KeyMode = (typeof keyModes)[number];

/** What a well-formed key says of itself. Nothing of it is proven before the secret has been compared. */
export type PresentedKey = { readonly id: KeyId; readonly mode: KeyMode; readonly secret: string };

const secretByteCount = 32;
const secretLength = 43;
const checksumLength = 6;

/**
 * `fbx_<live|test>_<id>_<secret><checksum>`: the key's ULID, 256 secret bits and a CRC-32 of everything before it,
 * both in base 62. Fixed length and prefix, so that secret scanners can match it.
 */
const keyPattern = /^fbx_(live|test)_([0-7][0-9A-HJKMNP-TV-Z]{25})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

const checksum = (body: string): string => base62(BigInt(crc32(body)), checksumLength);

/** The key's text, to be shown once. `secretBytes`: 32 bytes from a cryptographic source. */
export const formatKey = (id: KeyId, mode: KeyMode, secretBytes: Uint8Array): string => {
  assert(
    secretBytes.length === secretByteCount,
    `a secret is ${secretByteCount} bytes, not ${secretBytes.length}`,
  );
  const secret = base62(
    secretBytes.reduce<bigint>((bits, byte) => (bits << 8n) | BigInt(byte), 0n),
    secretLength,
  );
  const body = `fbx_${mode}_${ulidOf(id)}_${secret}`;
  return body + checksum(body);
};

/** Reads a key; `undefined` for a mistyped or invented one, which needs no look-up to be refused. */
export const parseKey = (text: string): PresentedKey | undefined => {
  const match = keyPattern.exec(text);
  if (!match) return undefined;
  const [, mode, ulid = "", secret = "", presentedChecksum] = match;
  if (checksum(text.slice(0, -checksumLength)) !== presentedChecksum) return undefined;
  return { id: keyId(ulid), mode: mode === "live" ? "live" : "test", secret };
};
