import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fetchImage } from "../../../../core/inference/remote-images/fetch-image.ts";
import { type ImageTarget, parseImageUrl } from "../../../../core/inference/remote-images/image-url.ts";
import type { ImageReply, RemoteImages } from "../../../../core/inference/remote-images/ports.ts";
import { isPublicAddress } from "../../../../core/inference/remote-images/public-address.ts";
import { epochMs } from "../../../../core/time.ts";
import { anyText } from "../../../support/any-text.ts";
import { present } from "../../../support/present.ts";

const allowedHosts = ["img.example.com", "cdn.example.com"];
const png: ImageReply = { kind: "found", contentType: "image/png", base64: "iVBORw0KGgo=" };

/** A web that answers each question with the next of the given answers, the last one for ever; it remembers who was asked. */
const webOf = (resolutions: readonly (readonly string[])[], replies: readonly ImageReply[]) => {
  const connections: { readonly address: string; readonly target: ImageTarget }[] = [];
  let resolved = 0;
  const web: RemoteImages = {
    allowedHosts,
    resolve: async () => resolutions[Math.min(resolved++, resolutions.length - 1)] ?? [],
    async get(address, target) {
      connections.push({ address, target });
      return replies[Math.min(connections.length, replies.length) - 1] ?? { kind: "failed" };
    },
  };
  return { web, connections };
};

const fetchFrom = async (url: string, ...[resolutions, replies]: Parameters<typeof webOf>) => {
  const { web, connections } = webOf(resolutions, replies);
  const fetched = await fetchImage(web, present(parseImageUrl(url)), epochMs(1));
  return { fetched, connections };
};

const url = "https://img.example.com/a.png";
const redirect = (location: string): ImageReply => ({ kind: "redirect", location });

test("an image becomes a data URL, from the address that was checked", async () => {
  const { fetched, connections } = await fetchFrom(url, [["93.184.216.34"], ["127.0.0.1"]], [png]);
  expect(fetched).toEqual({ ok: true, dataUrl: "data:image/png;base64,iVBORw0KGgo=" });
  expect(connections).toMatchObject([{ address: "93.184.216.34", target: { host: "img.example.com" } }]);
});

test.each<[string, string, readonly string[]]>([
  ["a host that is not allowed", "https://evil.example/a", ["1.1.1.1"]],
  ["a private address", url, ["10.0.0.1"]],
  ["a private address beside a public one", url, ["1.1.1.1", "169.254.169.254"]],
  ["IPv4 in IPv6", url, ["::ffff:127.0.0.1"]],
  ["no address", url, []],
])("%s is never connected to", async (_, from, addresses) => {
  const { fetched, connections } = await fetchFrom(from, [addresses], [png]);
  expect(fetched.ok).toBe(false);
  expect(connections).toEqual([]);
});

test.each<[string, ImageReply, readonly (readonly string[])[]]>([
  ["to a host that is not allowed", redirect("https://evil.example/"), [["1.1.1.1"]]],
  ["to a name that is private by now", redirect("/b"), [["1.1.1.1"], ["127.0.0.1"]]],
  ["to an address", redirect("https://127.0.0.1/"), [["1.1.1.1"]]],
  ["to another scheme", redirect("file:///etc/passwd"), [["1.1.1.1"]]],
  ["out of TLS", redirect("http://img.example.com/"), [["1.1.1.1"]]],
])("a redirect %s is not followed", async (_, reply, resolutions) => {
  const { fetched, connections } = await fetchFrom(url, resolutions, [reply, png]);
  expect(fetched.ok).toBe(false);
  expect(connections).toHaveLength(1);
});

test("a redirect to another allowed host is, but not for ever", async () => {
  const there = redirect("https://cdn.example.com/b");
  const once = await fetchFrom(url, [["1.1.1.1"]], [there, png]);
  expect(once.fetched.ok).toBe(true);
  expect(once.connections.map(({ target }) => target.host)).toEqual(["img.example.com", "cdn.example.com"]);
  const always = await fetchFrom(url, [["1.1.1.1"]], [there]);
  expect(always.fetched).toMatchObject({ ok: false, problem: "is redirected too often" });
  expect(always.connections).toHaveLength(4);
});

test.each<[ImageReply, string]>([
  [{ ...png, contentType: "text/html" }, "is no picture"],
  [{ ...png, contentType: "image/svg+xml" }, "is no picture"],
  [{ ...png, contentType: "image/png,evil;base64" }, "is no picture"],
  [{ ...png, base64: "" }, "is no picture"],
  [{ kind: "too_large" }, "is larger than 4 MB"],
  [{ kind: "failed" }, "could not be fetched"],
])("%j is refused", async (reply, problem) =>
  expect((await fetchFrom(url, [["1.1.1.1"]], [reply])).fetched).toMatchObject({
    ok: false,
    problem: expect.stringContaining(problem),
  }),
);

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom("1.1.1.1", "8.8.8.8", "127.0.0.1", "::1", "2606:4700::1"),
);
// fast-check's own `webUrl` builds a table of all characters first, which takes seconds.
const anyUrl = fc
  .tuple(fc.constantFrom("http", "https"), fc.webAuthority(), anyText({ maxLength: 8 }))
  .map(([scheme, authority, path]) => `${scheme}://${authority}/${path}`);
const place = fc.oneof(
  anyUrl,
  fc.constant(url),
  fc.constantFrom("https://cdn.example.com/", "//cdn.example.com", "/c", "//127.0.0.1", "http://10.0.0.1/"),
  fc.string(),
);

test("no URL, resolver and redirects bring about a connection but to a public address of an allowed host on 80 or 443", async () => {
  let connected = 0;
  await fc.assert(
    fc.asyncProperty(
      place,
      fc.array(fc.array(address, { maxLength: 2 }), { minLength: 1, maxLength: 5 }),
      fc.array(place.map(redirect), { minLength: 1, maxLength: 5 }),
      async (from, resolutions, replies) => {
        const target = parseImageUrl(from);
        if (!target) return;
        const { web, connections } = webOf(resolutions, replies);
        await fetchImage(web, target, epochMs(1));
        connected += connections.length;
        const wrong = connections.filter(
          ({ address, target: { host, port } }) =>
            !isPublicAddress(address) || !allowedHosts.includes(host) || ![80, 443].includes(port),
        );
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
  expect(connected).toBeGreaterThan(50);
});
