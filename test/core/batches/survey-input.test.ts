import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunkBytesMax, linesPerChunk } from "../../../core/batches/chunk.ts";
import { lineBytesMax, linesMax, surveyInput } from "../../../core/batches/survey-input.ts";
import { lineOf } from "../../support/batch-world.ts";

const endpoint = "/v1/chat/completions";

async function* inPieces(text: string, pieceBytes = 64 * 1024): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += pieceBytes)
    yield bytes.subarray(start, start + pieceBytes);
}

const survey = (text: string, pieceBytes?: number) => surveyInput(inPieces(text, pieceBytes), endpoint);

test("however a file is cut and its lines end, chunks cover every line once, in order", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("\n", "\r\n", "\n\n", "\n \n"), { minLength: 1, maxLength: 130 }),
      fc.integer({ min: 1, max: 300 }),
      fc.boolean(),
      async (ends, pieceBytes, isEnded) => {
        const lines = ends.map((_, index) => lineOf(`ü-${index}`));
        const text = ends
          .map((end, index) => `${lines[index]}${isEnded || index < ends.length - 1 ? end : ""}`)
          .join("");
        const found = await survey(text, pieceBytes);
        if (!found.ok) throw new Error("a valid file is refused");
        const bytes = new TextEncoder().encode(text);
        const read = found.chunks.map(({ offset, bytes: length }) =>
          new TextDecoder()
            .decode(bytes.subarray(offset, offset + length))
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== ""),
        );
        expect(read.flat()).toEqual(lines);
        expect(read.map((each) => each.length)).toEqual(found.chunks.map((chunk) => chunk.lines));
        expect(found.chunks.map(({ index }) => index)).toEqual(read.map((_, index) => index));
        expect(Math.max(...read.map((each) => each.length))).toBeLessThanOrEqual(linesPerChunk);
        expect(found.lines).toBe(lines.length);
      },
    ),
  ));

test("large lines make smaller chunks", async () => {
  const large = lineOf("large", { padding: "x".repeat(3 * 1024 * 1024) });
  const found = await survey([large, large.replace("large", "l2"), large.replace("large", "l3")].join("\n"));
  expect(found.ok && found.chunks.map(({ lines }) => lines)).toEqual([2, 1]);
  expect(found.ok && found.chunks.every(({ bytes }) => bytes <= chunkBytesMax)).toBe(true);
});

describe("what makes no sense is refused, with its line", () => {
  const line = (change: object): string => JSON.stringify({ ...JSON.parse(lineOf("a")), ...change });
  test.each([
    ["nothing", "", [{ code: "empty_file" }]],
    ["only empty lines", "\n \n", [{ code: "empty_file" }]],
    ["no JSON", "{", [{ code: "invalid_json_line", line: 1 }]],
    ["no object", "\n[]", [{ code: "invalid_json_line", line: 2 }]],
    ["JSON that is too deep", `${'{"a":'.repeat(70)}1${"}".repeat(70)}`, [{ code: "invalid_json_line" }]],
    ["no custom_id", line({ custom_id: 5 }), [{ code: "missing_custom_id", param: "custom_id" }]],
    ["a custom_id that is too long", line({ custom_id: "x".repeat(513) }), [{ code: "missing_custom_id" }]],
    ["one custom_id twice", `${lineOf("a")}\n${lineOf("a")}`, [{ code: "duplicate_custom_id", line: 2 }]],
    ["another method", line({ method: "GET" }), [{ code: "invalid_method", param: "method" }]],
    ["a URL of no route", line({ url: "/v1/files" }), [{ code: "invalid_url", param: "url" }]],
    ["another route than the batch's", line({ url: "/v1/embeddings" }), [{ code: "mismatched_url" }]],
    ["no body", line({ body: "x" }), [{ code: "missing_body", param: "body" }]],
    [
      "a line that is too large",
      `${lineOf("a")}\n${"x".repeat(lineBytesMax + 1)}`,
      [{ code: "line_too_large", line: 2 }],
    ],
  ])("%s", async (_, text, faults) => {
    expect(await survey(text)).toMatchObject({ ok: false, faults });
  });

  test("too many lines", async () => {
    const lines = Array.from({ length: linesMax + 1 }, (_, index) => lineOf(`${index}`));
    expect(await survey(lines.slice(1).join("\n"))).toMatchObject({ ok: true, lines: linesMax });
    expect(await survey(lines.join("\n"))).toMatchObject({ ok: false, faults: [{ code: "too_many_lines" }] });
  });

  test("and no fault quotes the input", async () => {
    const found = await survey(`canary\n${line({ custom_id: "", method: "canary" })}`);
    expect(JSON.stringify(found)).not.toContain("canary");
  });
});
