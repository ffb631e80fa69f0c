import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseImageUrl, redirectTarget } from "../../../../core/inference/remote-images/image-url.ts";
import { hostile } from "../../../support/hostile-urls.ts";
import { present } from "../../../support/present.ts";

test.each(hostile)("%j is not read", (url) => expect(parseImageUrl(url)).toBeUndefined());

test.each([
  ["https://img.example.com", { isSecure: true, host: "img.example.com", port: 443, path: "/" }],
  [
    "HTTP://IMG.Example.com/A?b=c&d#e",
    { isSecure: false, host: "img.example.com", port: 80, path: "/A?b=c&d" },
  ],
  ["https://img.example.com:443?x", { isSecure: true, host: "img.example.com", port: 443, path: "/?x" }],
  ["https://a.b-c.xn--p1ai/%20", { isSecure: true, host: "a.b-c.xn--p1ai", port: 443, path: "/%20" }],
])("%j is read", (url, target) => expect(parseImageUrl(url)).toEqual(target));

test("what is read, browsers read as the same host and port", () => {
  const piece = fc.constantFrom(
    "img.example.com",
    "127.0.0.1",
    "@",
    "\\",
    "/",
    ":",
    "80",
    "?",
    "#",
    "%",
    ".",
    "x",
    "[::1]",
  );
  fc.assert(
    fc.property(
      fc.constantFrom("http://", "https://", "HTTP:"),
      fc.array(piece, { maxLength: 8 }),
      (scheme, rest) => {
        const text = scheme + rest.join("");
        const target = parseImageUrl(text);
        const seen = target && new URL(text);
        expect(target?.host).toBe(seen?.hostname);
        expect(target?.port).toBe(seen && Number(seen.port || (seen.protocol === "https:" ? 443 : 80)));
      },
    ),
    { numRuns: 2000 },
  );
});

test.each<[string, string | undefined]>([
  ["/b", "img.example.com:443/b"],
  ["//other.example.com/b", "other.example.com:443/b"],
  ["https://other.example.com/b", "other.example.com:443/b"],
  ["http://img.example.com/b", undefined],
  ["b", undefined],
  ["", undefined],
  ["/\\evil.example", undefined],
  ["\\\\evil.example", undefined],
  ["//127.0.0.1/", undefined],
  ["https://img.example.com@127.0.0.1/", undefined],
])("a redirect to %j leads to %s", (location, place) => {
  const next = redirectTarget(present(parseImageUrl("https://img.example.com/a")), location);
  expect(next && `${next.host}:${next.port}${next.path}`).toBe(place);
});
