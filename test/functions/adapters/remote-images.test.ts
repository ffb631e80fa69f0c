import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fetchImage } from "../../../core/inference/remote-images/fetch-image.ts";
import type { ImageTarget } from "../../../core/inference/remote-images/image-url.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { epochMs } from "../../../core/time.ts";
import { remoteImages } from "../../../functions/adapters/remote-images.ts";
import { readRequest } from "../../../functions/infer/read-request.ts";
import { httpEvent } from "../../support/http-event.ts";
import { memoryInference } from "../../support/memory-inference.ts";
import { sampleModel, samplePrincipal } from "../../support/samples.ts";
import { hostile } from "../../support/hostile-urls.ts";

let connections = 0;
let asked: { readonly url: string | undefined; readonly host: string | undefined }[] = [];
const server = createServer((request, response) => {
  asked.push({ url: request.url, host: request.headers.host });
  const { pathname } = new URL(request.url ?? "/", "http://x");
  if (pathname === "/hang") return;
  if (pathname === "/elsewhere") return void response.writeHead(302, { location: "/image" }).end();
  if (pathname === "/page") return void response.writeHead(200, { "content-type": "text/html" }).end("<b>");
  if (pathname === "/missing") return void response.writeHead(404).end();
  response.writeHead(200, { "content-type": "image/png" });
  if (pathname === "/trickle") return void response.write("x");
  response.end(Buffer.alloc(pathname === "/huge" ? 200_000 : 8, 1));
});
server.on("connection", () => (connections += 1));

let port = 0;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  connections = 0;
  asked = [];
});

const soon = (ms = 5000) => epochMs(Date.now() + ms);
const images = remoteImages(["img.example.com"]);
const get = (path: string, ms?: number) => {
  const target: ImageTarget = { isSecure: false, host: "img.example.com", port, path };
  return images.get("127.0.0.1", target, { bytesMax: 100_000, deadline: soon(ms) });
};

describe("one request", () => {
  test("goes to the address that it is told, in the host's name", async () => {
    expect(await get("/image?a=1")).toEqual({
      kind: "found",
      contentType: "image/png",
      base64: "AQEBAQEBAQE=",
    });
    expect(asked).toEqual([{ url: "/image?a=1", host: `img.example.com:${port}` }]);
  });

  test.each([
    ["/huge", { kind: "too_large" }],
    ["/missing", { kind: "failed" }],
    ["/page", { kind: "found", contentType: "text/html", base64: "" }],
    ["/elsewhere", { kind: "redirect", location: "/image" }],
  ])("to %s is %j, and the last", async (path, reply) => {
    expect(await get(path)).toEqual(reply);
    expect(connections).toBe(1);
  });

  test.each(["/hang", "/trickle"])("to %s is over in time", async (path) => {
    expect(await get(path, 200)).toEqual({ kind: "failed" });
  });

  test("speaks TLS where it should, and believes no certificate of another", async () => {
    const target: ImageTarget = { isSecure: true, host: "img.example.com", port, path: "/image" };
    expect(await images.get("127.0.0.1", target, { bytesMax: 1, deadline: soon() })).toEqual({
      kind: "failed",
    });
    expect(asked.map(({ url }) => url)).not.toContain("/image");
  });
});

test("a name without addresses has none, and one that takes too long", async () => {
  expect(await images.resolve("nothing-here.invalid", soon())).toEqual([]);
});

test("nothing that a client writes brings about a connection, allowed hosts or none", async () => {
  const body = (url: string) =>
    JSON.stringify({
      model: sampleModel.name,
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
    });
  const urls = [
    ...hostile,
    `http://127.0.0.1:${port}/image`,
    `http://localhost:${port}/`,
    "https://img.example.com/",
  ];
  for (const allowed of [[], ["localhost", "127.0.0.1", "other.example.com"]])
    for (const url of urls) {
      const read = await readRequest(httpEvent({ body: body(url) }), allowed);
      expect(read, url).toMatchObject({ ok: false, refusal: { code: "invalid_request" } });
    }
  expect(connections).toBe(0);
});

test("a name of the allow-list that leads inside is not connected to, and the request is refused and free", async () => {
  const inside = { ...images, resolve: async () => ["127.0.0.1"] };
  const { ports, events } = memoryInference({ remoteImages: inside });
  const read = await readRequest(
    httpEvent({
      body: JSON.stringify({
        model: sampleModel.name,
        messages: [
          {
            role: "user",
            content: [{ type: "image_url", image_url: { url: "http://img.example.com/image" } }],
          },
        ],
      }),
    }),
    images.allowedHosts,
  );
  if (!read.ok) throw new Error(read.refusal.message);
  expect(await serveRequest(ports)(samplePrincipal, read.request)).toMatchObject({
    kind: "refused",
    refusal: { code: "image_unavailable", param: "messages[0].content[0].image_url.url" },
  });
  expect(events).toMatchObject([{ outcome: "failed", failure: "image_unavailable", cost: 0n }]);
  const target: ImageTarget = { isSecure: false, host: "img.example.com", port: 80, path: "/image" };
  expect(await fetchImage(inside, target, soon())).toMatchObject({ ok: false });
  expect(connections).toBe(0);
});
