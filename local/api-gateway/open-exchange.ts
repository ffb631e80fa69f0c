import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Exchange } from "./exchange.ts";
import type { RestApi } from "./rest-api.ts";

/** Reads what stands in the request line; "other stage" when the path does not begin with the API's stage. */
export function openExchange(
  api: RestApi,
  request: IncomingMessage,
  startedAtMs: number,
): Exchange | "other stage" {
  const target = request.url ?? "/";
  const queryAt = target.indexOf("?");
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  const prefix = `/${api.stage.name}`;
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return "other stage";
  return {
    requestId: randomUUID(),
    extendedRequestId: randomBytes(11).toString("base64url"),
    traceId: `Root=1-${Math.floor(startedAtMs / 1000).toString(16)}-${randomBytes(12).toString("hex")}`,
    startedAtMs,
    method: request.method ?? "GET",
    path: path.slice(prefix.length) || "/",
    query: new URLSearchParams(queryAt === -1 ? "" : target.slice(queryAt + 1)),
    protocol: `HTTP/${request.httpVersion}`,
    // A dual-stack socket writes IPv4 peers as ::ffff:127.0.0.1.
    sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    userAgent: request.headers["user-agent"],
    responseBytes: 0,
  };
}
