import type { MiddlewareObj } from "@middy/core";
import { environment } from "../contract.ts";
import { type HttpEvent, headerOf } from "./event.ts";
import type { StreamableResponse } from "./response.ts";
import { scopeOf } from "./scope.ts";

/** What a browser may read of our answers besides the body. */
const exposedHeaders =
  "x-request-id, retry-after, x-farebox-cost, x-farebox-model, x-farebox-artifact, deprecation, sunset, link";

/** Adds the headers of every answer: the request id and CORS. */
export const responseHeaders = (): MiddlewareObj<HttpEvent, StreamableResponse> => {
  const allowedOrigins = (process.env[environment.allowedOrigins] ?? "*").split(",");
  const after: MiddlewareObj<HttpEvent, StreamableResponse>["after"] = (request) => {
    if (!request.response) return;
    const origin = originFor(allowedOrigins, request.event);
    request.response = {
      ...request.response,
      headers: {
        "x-request-id": scopeOf(request.event).requestId,
        "access-control-allow-origin": origin,
        "access-control-expose-headers": exposedHeaders,
        ...(origin !== "*" && { vary: "Origin" }),
        ...request.response.headers,
      },
    };
  };
  return { after, onError: after };
};

/** The caller's origin where the deployment lists it; else the first listed one, which the browser will refuse. */
const originFor = (allowed: readonly string[], event: HttpEvent): string => {
  const origin = headerOf(event, "origin");
  return allowed.find((listed) => listed === "*" || listed === origin) ?? allowed[0] ?? "*";
};
