import type { HttpEvent } from "../../functions/http/event.ts";
import type { Principal } from "../../core/access/principal.ts";
import { writePrincipal } from "../../functions/http/principal-document.ts";
import { authorizerContext } from "../../functions/contract.ts";
import { samplePrincipal } from "./samples.ts";

/** An event of API Gateway as the functions see it: a chat request of the sample principal, changed by `change`. */
export const httpEvent = (change: Partial<HttpEvent> = {}): HttpEvent => ({
  httpMethod: "POST",
  resource: "/v1/chat/completions",
  headers: { "Content-Type": "application/json" },
  queryStringParameters: null,
  pathParameters: null,
  body: "{}",
  isBase64Encoded: false,
  requestContext: requestContext(samplePrincipal),
  ...change,
});

export const requestContext = (
  principal: Principal,
  sourceIp = "203.0.113.7",
): HttpEvent["requestContext"] => ({
  requestId: "gateway-request-1",
  identity: { sourceIp },
  authorizer: { [authorizerContext.principal]: writePrincipal(principal) },
});
