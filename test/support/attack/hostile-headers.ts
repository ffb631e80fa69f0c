import * as fc from "fast-check";

type Headers = Readonly<Record<string, string>>;

const contentTypes = [
  "",
  "application/json",
  "APPLICATION/JSON ; charset=utf-8",
  "application/json; charset=utf-16",
  "text/json",
  "application/json, application/json",
  "application/jsonp",
  "application/json;charset=\u0000",
  "*/*",

  "multipart/form-data",
  "multipart/form-data; boundary=",
  'multipart/form-data; boundary="',
  "text/plain",
  "multipart/form-data; boundary=other",
  "application/x-www-form-urlencoded",
  "application/octet-stream",

  `application/json; a=${"b".repeat(9000)}`,
  "image/png",
  "audio/wav; a=\u00fc",
  "video/mp4;x",
  "image/svg+xml",
];

const values: Readonly<Record<string, readonly string[]>> = {
  "content-encoding": ["gzip", "br", "identity", "deflate, gzip", ""],
  "content-length": ["-1", "0", "abc", "99999999999999999999"],
  "transfer-encoding": ["chunked", "gzip, chunked"],
  "idempotency-key": ["a", "", "x".repeat(255), "x".repeat(256), "\u00fc", "a b", "__proto__", "a\u0000"],
  accept: ["*/*", "", "text/event-stream", "image/png;q=abc", "x".repeat(300), "\u00fc/\u00fc", "text/html"],
  authorization: ["Bearer fbx_test_other", "Basic YTpi", ""],
  "x-request-id": ["req_01J00000000000000000000000", "../x"],
  "x-http-method-override": ["DELETE"],
  "x-amzn-lambda-context": ["{}"],
  "x-forwarded-for": ["127.0.0.1", "::1, 10.0.0.1"],
  origin: ["null", "https://evil.example", "\u00fc"],
  constructor: ["x"],
};

const one = fc
  .constantFrom(...Object.entries(values))
  .chain(([name, texts]) => fc.constantFrom(...texts).map((text): Headers => ({ [name]: text })));

/** Headers beside those that a request needs, or in their place. Most requests have none. */
export const hostileHeaders: fc.Arbitrary<Headers> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: one },
  { weight: 1, arbitrary: fc.array(one, { maxLength: 4 }).map((all): Headers => Object.assign({}, ...all)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...contentTypes).map((text): Headers => ({ "Content-Type": text })),
  },
);
