import { expect, test } from "vitest";
import { readIdempotency } from "../../../functions/infer/idempotency.ts";
import { httpEvent } from "../../support/http-event.ts";

const hashOf = (contentType: string, body: string, change: object = {}): string => {
  const read = readIdempotency(
    httpEvent({
      headers: { "Content-Type": contentType, "Idempotency-Key": "order-1" },
      body: Buffer.from(body).toString("base64"),
      isBase64Encoded: true,
      ...change,
    }),
  );
  if (!read.ok || !read.idempotency) throw new Error("no key");
  return read.idempotency.bodyHash;
};

const form = (boundary: string, text: string) =>
  [
    `multipart/form-data; boundary=${boundary}`,
    `--${boundary}\r\n\r\n${text}\r\n--${boundary}--\r\n`,
  ] as const;

test("a form that is sent again under another boundary is the same request", () => {
  expect(hashOf(...form("one", "hello"))).toBe(hashOf(...form("other", "hello")));
  expect(hashOf(...form("one", "hello"))).not.toBe(hashOf(...form("one", "hello you")));
  expect(hashOf(...form("one", "a"))).not.toBe(hashOf(...form("one", "one")));
});

test("another body, type or route is another request", () => {
  const json = hashOf("application/json", "{}");
  expect(hashOf("application/json", "{}")).toBe(json);
  expect(hashOf("application/json", "[]")).not.toBe(json);
  expect(hashOf("text/plain", "{}")).not.toBe(json);
  expect(hashOf("application/json", "{}", { resource: "/v1/embeddings" })).not.toBe(json);
});
