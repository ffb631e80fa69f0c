import type { IncomingMessage } from "node:http";
import type { Exchange } from "./exchange.ts";

/** Never forwarded: they concern one hop, or API Gateway drops them. */
const droppedHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The forwarded headers: names as the client wrote them first, every value, and the ones API Gateway adds. */
export function forwardedHeaders(
  request: IncomingMessage,
  exchange: Exchange,
): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  const spelling = new Map<string, string>();
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    const value = request.rawHeaders[index + 1] ?? "";
    const lower = name.toLowerCase();
    if (droppedHeaders.has(lower)) continue;
    // Node keeps the first of several Authorization headers. With two, the authorizer's cache and the function
    // could otherwise look at different ones.
    if (lower === "authorization" && spelling.has(lower)) continue;
    const key = spelling.get(lower) ?? name;
    spelling.set(lower, key);
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  const set = (name: string, value: string): void => {
    headers.delete(spelling.get(name.toLowerCase()) ?? name);
    headers.set(name, [value]);
  };
  const forwardedFor = headers.get(spelling.get("x-forwarded-for") ?? "")?.join(", ");
  set(
    "X-Forwarded-For",
    forwardedFor === undefined ? exchange.sourceIp : `${forwardedFor}, ${exchange.sourceIp}`,
  );
  // What a deployed API sees: it has no plain HTTP listener.
  set("X-Forwarded-Port", "443");
  set("X-Forwarded-Proto", "https");
  set("X-Amzn-Trace-Id", exchange.traceId);
  return headers;
}

/** The value of a header whatever its case; undefined when it was not sent. */
export function firstHeader(
  headers: ReadonlyMap<string, readonly string[]>,
  lowerName: string,
): string | undefined {
  for (const [name, values] of headers) if (name.toLowerCase() === lowerName) return values[0];
  return undefined;
}
