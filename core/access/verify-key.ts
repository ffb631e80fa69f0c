import type { EpochMs } from "../time.ts";
import type { PresentedKey } from "./key-format.ts";
import type { KeyRecord } from "./key-record.ts";

export type KeyRefusal = "invalid_api_key" | "revoked_api_key" | "expired_api_key";

export type KeyVerdict =
  | { readonly ok: true; readonly record: KeyRecord }
  | { readonly ok: false; readonly code: KeyRefusal };

/**
 * Compares a presented key with the stored record. An unknown key and a wrong secret get the same answer, and the
 * secret is compared first: only its holder learns that a key was revoked or has expired.
 *
 * @param presentedHash SHA-256 of the presented secret's text, lower-case hex
 */
export const verifyKey = (
  presented: PresentedKey,
  presentedHash: string,
  record: KeyRecord | undefined,
  now: EpochMs,
): KeyVerdict => {
  if (!record || record.mode !== presented.mode || !equalInConstantTime(record.secretHash, presentedHash)) {
    return { ok: false, code: "invalid_api_key" };
  }
  return standingOf(record, now);
};

/** Whether a key may still be used, by whoever is known to hold it. */
export const standingOf = (record: KeyRecord, now: EpochMs): KeyVerdict => {
  if (record.revokedAt !== undefined && record.revokedAt <= now)
    return { ok: false, code: "revoked_api_key" };
  if (record.expiresAt !== undefined && record.expiresAt <= now)
    return { ok: false, code: "expired_api_key" };
  return { ok: true, record };
};

/** Takes as long for a wrong first character as for a wrong last one. */
const equalInConstantTime = (left: string, right: string): boolean => {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++)
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
};
