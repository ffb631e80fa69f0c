import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFileName } from "../../../core/files/file-name.ts";
import { anyText } from "../../support/any-text.ts";

describe("a file's name", () => {
  test.each(["requests.jsonl", "mein Tag – 名前 😀.jsonl", "..hidden", "a".repeat(255), "%2e%2e%2fetc"])(
    "%j is taken as it is",
    (name) => expect(parseFileName(name)).toBe(name),
  );

  test.each([
    ["nothing", ""],
    ["blanks", "  "],
    ["a folder", "a/b.jsonl"],
    ["the folder above", ".."],
    ["this folder", "."],
    ["a path upwards", "../../etc/passwd"],
    ["a path of Windows", "C:\\temp\\a.jsonl"],
    ["the end of a text", "a\0.jsonl"],
    ["a header's end", "a\r\nx-evil: 1"],
    ["text that reads backwards", "a\u202Elnosj.exe"],
    ["half a character", "a\uD800.jsonl"],
    ["too much", "a".repeat(256)],
  ])("%s is refused", (_, name) => expect(parseFileName(name)).toBeUndefined());

  test("whatever it is, it has no path, no line end and no control character in it", () =>
    fc.assert(
      fc.property(anyText({ maxLength: 300 }), (text) => {
        const name = parseFileName(text);
        expect([undefined, text]).toContain(name);
        expect(name ?? "refused").toMatch(/^[^/\\\p{Cc}]{1,255}$/u);
      }),
    ));
});
