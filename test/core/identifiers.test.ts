import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  customerId,
  keyId,
  leaseId,
  leaseOf,
  newUlid,
  parseCustomerId,
  parseKeyId,
  parseRequestId,
  requestId,
  ulidOf,
} from "../../core/identifiers.ts";
import { type EpochMs, epochMs } from "../../core/time.ts";
import { sampleUlid } from "../support/samples.ts";

const instants = fc.nat(2 ** 31 - 1).map((seconds) => epochMs(seconds * 1000));
const randomness = fc.uint8Array({ minLength: 10, maxLength: 10 });
const ulids = fc.tuple(instants, randomness).map(([now, bytes]) => newUlid(now, () => bytes));

test("a ULID carries the 48 bits of its time and all 80 bits of its randomness", () => {
  expect(newUlid(epochMs(2 ** 48 - 1), () => new Uint8Array(10).fill(255))).toBe("7".padEnd(26, "Z"));
  expect(newUlid(epochMs(0), () => new Uint8Array(10))).toBe("0".repeat(26));
  // The example of the ULID specification.
  expect(newUlid(epochMs(1_469_918_176_385), () => new Uint8Array(10)).slice(0, 10)).toBe("01ARYZ6S41");
});

test("ids of later milliseconds sort later", () =>
  fc.assert(
    fc.property(
      instants,
      fc.integer({ min: 1, max: 10 ** 9 }),
      randomness,
      randomness,
      (now, laterMs, a, b) => {
        expect(newUlid(now, () => a) < newUlid(epochMs(now + laterMs), () => b)).toBe(true);
      },
    ),
  ));

test("different randomness makes different ids within one millisecond", () =>
  fc.assert(
    fc.property(randomness, randomness, (a, b) => {
      const now = epochMs(1);
      expect(newUlid(now, () => a) === newUlid(now, () => b)).toBe(
        a.every((byte, index) => byte === b[index]),
      );
    }),
  ));

test("a source that yields too few random bytes is refused", () =>
  expect(() => newUlid(0 as EpochMs, () => new Uint8Array(9))).toThrow("10 random bytes"));

test("an id reads back, and only with its own prefix", () =>
  fc.assert(
    fc.property(ulids, (ulid) => {
      expect(parseKeyId(keyId(ulid))).toBe(`key_${ulid}`);
      expect(parseCustomerId(keyId(ulid))).toBeUndefined();
      expect(ulidOf(customerId(ulid))).toBe(ulid);
    }),
  ));

test.each([
  ["", "empty"],
  ["key_", "no body"],
  [`key_${"0".repeat(25)}`, "too short"],
  [`key_${"0".repeat(27)}`, "too long"],
  [`key_8${"0".repeat(25)}`, "past the last ULID"],
  [`key_${"0".repeat(25)}I`, "a letter that is not in the alphabet"],
  [`key_${"0".repeat(25)}a`, "lower case"],
  [`KEY_${"0".repeat(26)}`, "prefix in upper case"],
  [`key_${"0".repeat(26)}\n`, "a line break"],
  [` key_${"0".repeat(26)}`, "a leading space"],
])("%j is no key id: %s", (text) => expect(parseKeyId(text)).toBeUndefined());

test("text that is no ULID cannot become an id", () =>
  expect(() => keyId("not-a-ulid")).toThrow("is not a ULID"));

test("a request id leads back to its lease", () =>
  fc.assert(
    fc.property(ulids, ulids, (lease, request) => {
      const id = requestId(leaseId(lease), request);
      expect(leaseOf(id)).toBe(leaseId(lease));
      expect(parseRequestId(id)).toBe(id);
    }),
  ));

test.each([`req_${sampleUlid("A")}`, `key_${sampleUlid("A")}${sampleUlid("B")}`, `req_${"!".repeat(52)}`])(
  "%s is no request id",
  (text) => expect(parseRequestId(text)).toBeUndefined(),
);
