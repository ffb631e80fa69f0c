import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AwsChunkedDecoder } from "../../../local/s3/aws-chunked.ts";

const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

function encode(
  chunks: readonly Buffer[],
  trailers: Readonly<Record<string, string>>,
  signed: boolean,
): Buffer {
  const signature = signed ? `;chunk-signature=${"0".repeat(64)}` : "";
  // A chunk of size 0 would be the last one.
  const nonEmpty = chunks.filter((chunk) => chunk.length > 0);
  return Buffer.concat([
    ...nonEmpty.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`),
      chunk,
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`0${signature}\r\n`),
    ...Object.entries(trailers).map(([name, value]) => Buffer.from(`${name}:${value}\r\n`)),
    Buffer.from("\r\n"),
  ]);
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ordered = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...ordered, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

async function decode(pieces: readonly Buffer[]) {
  const decoder = new AwsChunkedDecoder();
  const source = Readable.from(pieces.filter((piece) => piece.length > 0));
  source.once("error", (error) => decoder.destroy(error));
  const body = await buffer(source.pipe(decoder));
  return { body, trailers: Object.fromEntries(decoder.trailers) };
}

describe("aws-chunked", () => {
  test("whatever way the framing arrives, the content comes out byte for byte, and its trailers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(content, { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.boolean(),
        async (chunks, cuts, signed) => {
          const trailers = { "x-amz-checksum-crc32": "AAAAAA==" };
          const decoded = await decode(split(encode(chunks, trailers, signed), cuts));
          expect(decoded.body.equals(Buffer.concat(chunks))).toBe(true);
          expect(decoded.trailers).toEqual(trailers);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("a body that is cut anywhere is refused, never stored short", async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.nat(), async (chunk, cut) => {
        const encoded = encode([chunk], {}, false);
        await expect(decode([encoded.subarray(0, cut % encoded.length)])).rejects.toThrow("malformed");
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["a size that is not hexadecimal", "xyz\r\nabc\r\n0\r\n\r\n"],
    ["data longer than its size", "2\r\nabc\r\n0\r\n\r\n"],
    ["bytes after the end", "0\r\n\r\nmore\r\n"],
    ["lines without carriage return", "3\nabc\n0\n\n"],
  ])("%s is refused", async (_, text) => {
    await expect(decode([Buffer.from(text)])).rejects.toThrow("malformed");
  });
});
