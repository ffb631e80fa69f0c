import { describe, expect, test } from "vitest";
import { BodyCheck } from "../../bench/load/expectation.ts";
import { ResponseReader } from "../../bench/load/response-reader.ts";

const sized = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const chunked =
  "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";

/** Feeds `text` in pieces; yields the body and after which pieces the reader said that the response was complete. */
const read = (text: string, pieceBytes: number) => {
  let body = "";
  const reader = new ResponseReader((piece) => (body += piece.toString()));
  const bytes = Buffer.from(text);
  const completions: number[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (reader.push(bytes.subarray(at, at + pieceBytes))) completions.push(at + pieceBytes);
  }
  return { status: reader.status, body, completions: completions.length, end: completions.at(-1) };
};

describe("a response", () => {
  test.each([1, 2, 3, 7, 1000])("cut into pieces of %i bytes is read whole and ends once", (pieceBytes) => {
    expect(read(sized, pieceBytes)).toMatchObject({ status: 200, body: "hello", completions: 1 });
    expect(read(chunked, pieceBytes)).toMatchObject({ status: 404, body: "hello!", completions: 1 });
  });

  test("on the same connection follows the one before", () => {
    expect(read(chunked + sized, chunked.length)).toMatchObject({
      status: 200,
      body: "hello!hello",
      completions: 2,
    });
  });

  test("without a length is refused: its end could not be told", () => {
    expect(() => read("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello", 1000)).toThrow("without a length");
  });

  test("followed by bytes that nobody asked for is refused", () => {
    expect(() => read(`${sized}x`, 1000)).toThrow("after the end");
    expect(() => read(`${chunked}x`, 1000)).toThrow("after the end");
  });
});

describe("an answer", () => {
  const verdictOn = (pieces: readonly string[], count: number): string | undefined => {
    const check = new BodyCheck({ kind: "events", count });
    for (const piece of pieces) check.push(Buffer.from(piece));
    return check.verdict(200);
  };

  test("is right when all its events arrived, wherever they were cut", () => {
    expect(verdictOn(["data: a\n", "\ndata: b\n\n", "data: [DONE]", "\n", "\n"], 3)).toBeUndefined();
  });

  test("that lost an event, or its end, is wrong", () => {
    expect(verdictOn(["data: a\n\n", "data: [DONE]\n\n"], 3)).toBe("2 events, not 3");
    expect(verdictOn(["data: a\n\ndata: b\n\ndata: c\n\n"], 3)).toContain("[DONE]");
  });

  test("with another status or without the model's text is wrong", () => {
    const check = new BodyCheck({ kind: "whole", text: "hello" });
    check.push(Buffer.from("good"));
    check.push(Buffer.from("bye"));
    expect(check.verdict(500)).toBe("status 500");
    expect(check.verdict(200)).toContain("goodbye");
  });
});
