import { lookup } from "node:dns/promises";
import { type IncomingMessage, type RequestOptions, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { ImageTarget } from "../../core/inference/remote-images/image-url.ts";
import type { ImageReply, RemoteImages } from "../../core/inference/remote-images/ports.ts";
import type { EpochMs } from "../../core/time.ts";

/** The web by Node's own client. Core decides where to go; this goes there, and nowhere else. */
export const remoteImages = (allowedHosts: readonly string[]): RemoteImages => ({
  allowedHosts,
  async resolve(host, deadline) {
    const timeout = new Promise<never>((_, reject) => {
      AbortSignal.timeout(msUntil(deadline)).addEventListener("abort", () => reject(new Error("too late")));
    });
    try {
      const found = await Promise.race([lookup(host, { all: true, order: "ipv4first" }), timeout]);
      return found.map(({ address }) => address);
    } catch {
      return [];
    }
  },
  get: (address, target, { bytesMax, deadline }) =>
    new Promise((resolve) => {
      const fail = (): void => resolve({ kind: "failed" });
      const send = target.isSecure ? httpsRequest : httpRequest;
      const request = send(optionsOf(address, target, deadline), (answer) => {
        read(answer, bytesMax)
          .then(resolve, fail)
          .finally(() => answer.destroy());
      });
      request.once("error", fail);
      request.end();
    }),
});

const msUntil = (deadline: EpochMs): number => Math.max(1, deadline - Date.now());

/** To the address, in the host's name: in the header, and in the certificate that it must show. */
const optionsOf = (
  address: string,
  { isSecure, host, port, path }: ImageTarget,
  deadline: EpochMs,
): RequestOptions & { readonly servername?: string } => ({
  host: address,
  port,
  path,
  agent: false,
  signal: AbortSignal.timeout(msUntil(deadline)),
  headers: {
    host: port === (isSecure ? 443 : 80) ? host : `${host}:${port}`,
    accept: "image/*",
    "user-agent": "farebox",
  },
  ...(isSecure && { servername: host }),
});

const redirects: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

const read = async (answer: IncomingMessage, bytesMax: number): Promise<ImageReply> => {
  const { location, "content-type": contentType = "", "content-encoding": encoding } = answer.headers;
  if (redirects.has(answer.statusCode) && location !== undefined) return { kind: "redirect", location };
  if (answer.statusCode !== 200 || encoding !== undefined) return { kind: "failed" };
  if (!/^image\//i.test(contentType)) return { kind: "found", contentType, base64: "" };
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > bytesMax) return { kind: "too_large" };
    chunks.push(chunk);
  }
  return { kind: "found", contentType, base64: Buffer.concat(chunks).toString("base64") };
};
