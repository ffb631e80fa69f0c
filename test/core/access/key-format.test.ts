import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatKey, keyModes, parseKey } from "../../../core/access/key-format.ts";
import { keyId, newUlid } from "../../../core/identifiers.ts";
import { epochMs } from "../../../core/time.ts";
import { sampleUlid } from "../../support/samples.ts";

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ids = fc
  .tuple(fc.nat(), fc.uint8Array({ minLength: 10, maxLength: 10 }))
  .map(([now, bytes]) => keyId(newUlid(epochMs(now), () => bytes)));
const keys = fc.record({ id: ids, mode: fc.constantFrom(...keyModes), secret: secrets });

/** What a secret scanner would be given to look for. */
const scannerPattern = /\bfbx_(?:live|test)_[0-9A-Z]{26}_[0-9A-Za-z]{49}\b/;

test("a key reads back with its id and mode, and scanners find it in any text", () =>
  fc.assert(
    fc.property(keys, ({ id, mode, secret }) => {
      const text = formatKey(id, mode, secret);
      expect(parseKey(text)).toMatchObject({ id, mode });
      expect(scannerPattern.exec(`curl -H "Authorization: Bearer ${text}" https://api`)?.[0]).toBe(text);
    }),
  ));

test("different secrets make different keys", () =>
  fc.assert(
    fc.property(secrets, secrets, (a, b) => {
      const secretOf = (bytes: Uint8Array) =>
        parseKey(formatKey(keyId(sampleUlid("1")), "live", bytes))?.secret;
      expect(secretOf(a) === secretOf(b)).toBe(a.every((byte, index) => byte === b[index]));
    }),
  ));

test("every change of a single character is refused", () => {
  const text = formatKey(
    keyId(sampleUlid("1")),
    "live",
    new Uint8Array(32).map((_, index) => index * 7),
  );
  const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_- é";
  const accepted = text.split("").flatMap((original, at) =>
    characters
      .split("")
      .filter((character) => character !== original)
      .map((character) => text.slice(0, at) + character + text.slice(at + 1))
      .filter((changed) => parseKey(changed) !== undefined),
  );
  expect(accepted).toEqual([]);
});

test("two neighbouring characters in the wrong order are refused", () =>
  fc.assert(
    fc.property(keys, fc.nat(), ({ id, mode, secret }, position) => {
      const text = formatKey(id, mode, secret);
      const at = position % (text.length - 1);
      const swapped = text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
      fc.pre(swapped !== text);
      expect(parseKey(swapped)).toBeUndefined();
    }),
  ));

test("a key of the other mode, cut, padded or wrapped in spaces is refused", () => {
  const text = formatKey(keyId(sampleUlid("1")), "test", new Uint8Array(32));
  const mistakes = [
    text.replace("test", "live"),
    text.slice(0, -1),
    `${text}0`,
    ` ${text}`,
    `${text}\n`,
    text.toUpperCase(),
    "sk-proj-1234",
    "",
  ];
  expect(mistakes.filter((mistake) => parseKey(mistake) !== undefined)).toEqual([]);
  expect(parseKey(text)).toBeDefined();
});

test.each([0, 31, 33])("a secret of %d bytes is refused", (count) =>
  expect(() => formatKey(keyId(sampleUlid("1")), "live", new Uint8Array(count))).toThrow(
    "a secret is 32 bytes",
  ),
);
