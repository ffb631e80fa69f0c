import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenText } from "../../models/server/chat/token-text.ts";
import { anyText } from "../support/any-text.ts";

/** A byte-level tokenizer with one byte per token; like the real one it refuses to decode nothing. */
const decode = (tokens: number[]) => {
  if (tokens.length === 0) throw new Error("nothing to decode");
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(tokens));
};

const read = (tokens: readonly number[]) => {
  const decoder = createTokenText(decode);
  const pieces = tokens.map((token) => decoder.push(token));
  return { pieces, text: pieces.join("") + decoder.flush() };
};

const text = anyText({ maxLength: 20 }).filter((text) => text.isWellFormed());

test("the pieces of a text make up the text, whatever its alphabet", () =>
  fc.assert(
    fc.property(text, (text) => {
      expect(read([...Buffer.from(text)]).text).toBe(text);
    }),
  ));

test("no piece holds a broken character", () =>
  fc.assert(
    fc.property(text, (text) => {
      fc.pre(!text.includes("\uFFFD"));
      expect(read([...Buffer.from(text)]).pieces.join("")).not.toContain("\uFFFD");
    }),
  ));

test("an emoji appears with its last byte, not before", () => {
  expect(read([...Buffer.from("a🎬b")]).pieces).toEqual(["a", "", "", "", "🎬", "b"]);
});

test("bytes that are no character come out as U+FFFD at the end, once", () => {
  const decoder = createTokenText(decode);
  expect(decoder.push(0xf0)).toBe("");
  expect(decoder.flush()).toBe("\uFFFD");
  expect(decoder.flush()).toBe("");
});
