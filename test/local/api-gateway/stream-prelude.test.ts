import { assert, integer, property, string, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { createPreludeParser } from "../../../local/api-gateway/stream-prelude.ts";

test("the metadata is found however the stream is split", () =>
  assert(
    property(
      string({ maxLength: 40 }),
      uint8Array({ maxLength: 40 }),
      integer({ min: 1, max: 9 }),
      (text, body, chunkBytes) => {
        const metadataJson = JSON.stringify(text);
        const stream = Buffer.concat([Buffer.from(metadataJson), Buffer.alloc(8), body]);
        const parse = createPreludeParser(1024);
        for (let at = 0; at < stream.length; at += chunkBytes) {
          const result = parse(stream.subarray(at, at + chunkBytes));
          if (result === "incomplete") continue;
          if (result === "too long") throw new Error("too long");
          expect(result.metadataJson).toBe(metadataJson);
          const later = stream.subarray(at + chunkBytes);
          expect(Buffer.concat([result.rest, later]).equals(Buffer.from(body))).toBe(true);
          return;
        }
        throw new Error("the delimiter was not found");
      },
    ),
  ));

test("metadata that never ends is given up on, not collected for ever", () => {
  const parse = createPreludeParser(16);
  expect(parse(Buffer.alloc(16, "a"))).toBe("incomplete");
  expect(parse(Buffer.alloc(16, "a"))).toBe("too long");
});
