import { describe, expect, test } from "vitest";
import { bodyBytesMax } from "../../../functions/contract.ts";
import { readJsonBody } from "../../../functions/http/json-body.ts";
import { httpEvent } from "../../support/http-event.ts";

const read = (body: string | null, contentType: string | undefined = "application/json") =>
  readJsonBody(httpEvent({ body, headers: { "content-type": contentType } }));
const readBytes = (bytes: Uint8Array) =>
  readJsonBody(httpEvent({ body: Buffer.from(bytes).toString("base64"), isBase64Encoded: true }));
const codeOf = (answer: ReturnType<typeof read>) => (answer.ok ? "accepted" : answer.refusal.code);

test.each([
  ["application/json", "accepted"],
  ["application/json; charset=utf-8", "accepted"],
  ["Application/JSON;charset=UTF-8", "accepted"],
  [" application/json ", "accepted"],
  ["", "unsupported_media_type"],
  ["text/plain", "unsupported_media_type"],
  ["application/jsonp", "unsupported_media_type"],
  ["application/json-seq", "unsupported_media_type"],
  ["multipart/form-data; boundary=application/json", "unsupported_media_type"],
])("content type %j: %s", (contentType, expected) => expect(codeOf(read("{}", contentType))).toBe(expected));

test("a body without headers or content type is refused", () => {
  expect(codeOf(readJsonBody(httpEvent({ headers: null })))).toBe("unsupported_media_type");
  expect(codeOf(readJsonBody(httpEvent({ headers: {} })))).toBe("unsupported_media_type");
});

test("a header counts whatever its case", () =>
  expect(codeOf(readJsonBody(httpEvent({ headers: { "CONTENT-TYPE": "application/json" } })))).toBe(
    "accepted",
  ));

test.each([
  ["nothing", null],
  ["empty text", ""],
  ["broken JSON", '{"model":'],
  ["two values", "{}{}"],
  ["single quotes", "{'model':'m'}"],
  ["a trailing comma", '{"a":1,}'],
  ["a list", "[]"],
  ["null", "null"],
  ["text", '"CANARY"'],
  ["a number", "5"],
  ["a control character in text", '{"a":"\u0001"}'],
])("%s is invalid JSON", (_, body) => expect(codeOf(read(body))).toBe("invalid_json"));

describe("base64", () => {
  test("is decoded, characters of many bytes included", () =>
    expect(readBytes(Buffer.from('{"a":"é😀"}'))).toEqual({ ok: true, value: { a: "é😀" } }));

  test.each([
    ["a lone continuation byte", [0x80]],
    ["a cut character", [0xf0, 0x9f, 0x98]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["UTF-16", [0xff, 0xfe]],
  ])("%s is invalid UTF-8, not silently replaced", (_, bytes) => {
    const answer = readBytes(
      Buffer.concat([Buffer.from('{"a":"'), Uint8Array.from(bytes), Buffer.from('"}')]),
    );
    expect(answer).toMatchObject({
      ok: false,
      refusal: { code: "invalid_json", message: expect.stringContaining("UTF-8") },
    });
  });
});

describe("size", () => {
  const bodyOf = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;

  test("exactly 4 MB is accepted, a byte more is refused", () => {
    expect(codeOf(read(bodyOf(bodyBytesMax)))).toBe("accepted");
    expect(codeOf(read(bodyOf(bodyBytesMax + 1)))).toBe("request_too_large");
  });

  test("bytes count, not characters", () =>
    expect(codeOf(read(`{"a":"${"é".repeat(bodyBytesMax / 2)}"}`))).toBe("request_too_large"));

  test("what base64 says counts, not its own length", () => {
    expect(codeOf(readBytes(Buffer.from(bodyOf(bodyBytesMax))))).toBe("accepted");
    expect(codeOf(readBytes(Buffer.from(bodyOf(bodyBytesMax + 1))))).toBe("request_too_large");
  });
});

describe("nesting", () => {
  const nested = (levels: number) => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;

  test.each([
    [63, "accepted"],
    [64, "invalid_json"],
    // Deep enough to exhaust the stack of whoever writes it again.
    [1_000_000, "invalid_json"],
  ])("of %d lists in an object: %s", (levels, expected) =>
    expect(codeOf(read(nested(levels)))).toBe(expected),
  );
});

test("names like __proto__ change nothing but themselves", () => {
  const answer = read('{"__proto__":{"model":"x"},"constructor":1}');
  expect(answer.ok && answer.value["model"]).toBeUndefined();
  expect(Object.prototype).not.toHaveProperty("model");
});

test("no refusal quotes the body or its content type", () => {
  const answers = [
    read("CANARY"),
    read('{"CANARY'),
    read('"CANARY"'),
    read("{}", "text/CANARY"),
    readBytes(Buffer.from("CANARY\xff", "latin1")),
  ];
  expect(answers.map(codeOf)).not.toContain("accepted");
  expect(JSON.stringify(answers)).not.toContain("CANARY");
});
