import type { IncomingMessage, ServerResponse } from "node:http";
import type { LogSink } from "../log-event.ts";
import { answerWithFunction } from "./answer-with-function.ts";
import { watchClient, type ClientConnection } from "./client-connection.ts";
import { contextValues, type Exchange } from "./exchange.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { GatewayError } from "./gateway-error.ts";
import type { GatewayLimits } from "./gateway-limits.ts";
import { renderGatewayError } from "./gateway-response.ts";
import type { MockIntegration } from "./mock-integration.ts";
import { openExchange } from "./open-exchange.ts";
import type { RequestParts } from "./proxy-event.ts";
import { readRequestBody } from "./read-request-body.ts";
import { checkRequiredParameters } from "./required-parameters.ts";
import type { RestApi } from "./rest-api.ts";
import { StreamCut } from "./streamed-response.ts";

export type GatewaySettings = {
  readonly limits: GatewayLimits;
  readonly log: LogSink;
  readonly now: () => number;
};

/** One request through API Gateway, from its request line to its access log. Never rejects. */
export async function serveRequest(
  api: RestApi,
  settings: GatewaySettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = openExchange(api, request, settings.now());
  if (exchange === "other stage") return refuseStage(response);
  const client = watchClient(response);
  response.setHeader("x-amzn-requestid", exchange.requestId);
  response.setHeader("x-amz-apigw-id", exchange.extendedRequestId);
  response.setHeader("x-amzn-trace-id", exchange.traceId);

  let reason: string | undefined;
  try {
    await passThrough(api, settings, request, exchange, client);
  } catch (error) {
    if (error instanceof StreamCut) {
      reason = error.message;
      response.destroy();
    } else {
      const refusal = asGatewayError(error);
      // A 4xx is the client's affair; of the rest the client only learns "Internal server error".
      if (refusal.status >= 500) reason = refusal.message;
      await sendError(api, exchange, refusal, client);
    }
  }
  writeLogs(api, settings, exchange, client, reason);
}

/** The order in which API Gateway looks at a request. */
async function passThrough(
  api: RestApi,
  { limits, now }: GatewaySettings,
  request: IncomingMessage,
  exchange: Exchange,
  client: ClientConnection,
): Promise<void> {
  if (headerBytes(request) > limits.headerBytesMax) {
    throw new GatewayError("DEFAULT_4XX", { status: 431, message: "Request Header Fields Too Large" });
  }
  const matched = api.routes.match(exchange.method, exchange.path);
  if (matched === undefined) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN");
  const { route, pathParameters } = matched;
  exchange.resource = { id: route.resourceId, path: route.resourcePath };

  if (route.throttle !== undefined && !route.throttle(exchange.startedAtMs)) {
    throw new GatewayError("THROTTLED");
  }
  const body = await readRequestBody(request, limits.bodyBytesMax);
  if (body === "too large") throw new GatewayError("REQUEST_TOO_LARGE");

  const headers = forwardedHeaders(request, exchange);
  const parts: RequestParts = { resource: exchange.resource, pathParameters, headers, body };
  await route.authorizer?.({
    api,
    exchange,
    parts,
    methodArn: `${api.executeArn}/${api.stage.name}/${exchange.method}${exchange.path}`,
    nowMs: now(),
    timeoutMs: limits.authorizerTimeoutMs,
  });
  checkRequiredParameters(route.requiredParameters, exchange, parts);

  if (route.integration.type === "MOCK") sendMock(api, route.integration, exchange, client);
  else await answerWithFunction(api, route.integration, exchange, parts, client, limits);
}

/** Request line and headers, as the quota counts them. */
function headerBytes(request: IncomingMessage): number {
  const line = `${request.method} ${request.url}`;
  return [line, ...request.rawHeaders].reduce((total, text) => total + Buffer.byteLength(text), 0);
}

function sendMock(
  api: RestApi,
  { response }: MockIntegration,
  exchange: Exchange,
  client: ClientConnection,
): void {
  if (response === undefined) {
    throw new GatewayError("API_CONFIGURATION_ERROR", { reason: "the mock integration has no response" });
  }
  const values = contextValues(api, exchange);
  const headers = response.headers.flatMap(({ header, value }) => {
    const text = value(values);
    return text === undefined ? [] : [[header, [text]] as const];
  });
  client.writeHead(response.status, new Map(headers));
  client.response.end();
}

async function sendError(
  api: RestApi,
  exchange: Exchange,
  error: GatewayError,
  client: ClientConnection,
): Promise<void> {
  exchange.error = error;
  if (client.response.headersSent || client.response.destroyed) {
    client.response.destroy();
    return;
  }
  const rendered = renderGatewayError(api.gatewayResponses, error, contextValues(api, exchange));
  const body = Buffer.from(rendered.body);
  const headers = Object.entries({ ...rendered.headers, "content-length": String(body.length) });
  client.writeHead(rendered.status, new Map(headers.map(([name, value]) => [name, [value]])));
  await client.write(body);
  client.response.end();
}

/** Anything unforeseen is a 500, and its message goes to the console of this machine. */
function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new GatewayError("DEFAULT_5XX", { status: 500, reason });
}

/** No stage, so none of an API's own responses: AWS answers this for the whole domain. */
function refuseStage(response: ServerResponse): void {
  response.writeHead(403, { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" });
  response.end(JSON.stringify({ message: "Forbidden" }));
}

function writeLogs(
  api: RestApi,
  { log, now }: GatewaySettings,
  exchange: Exchange,
  client: ClientConnection,
  reason: string | undefined,
): void {
  const { region, stage } = api;
  const { method, path, requestId } = exchange;
  exchange.responseBytes = client.bytesWritten;
  const nowMs = now();
  const status = client.response.headersSent
    ? client.response.statusCode
    : unansweredStatus(exchange, client);
  log({ kind: "api-request", region, method, path, status, durationMs: nowMs - exchange.startedAtMs });
  if (reason !== undefined) log({ kind: "notice", message: `API Gateway ${requestId}: ${reason}` });
  if (stage.accessLog !== undefined) {
    const line = stage.accessLog(contextValues(api, exchange, { status, nowMs }));
    log({ kind: "access-log", region, line });
  }
}

/** 499, as nginx has it, when the client left before there was a status. */
function unansweredStatus(exchange: Exchange, client: ClientConnection): number {
  return client.gone.aborted ? 499 : (exchange.error?.status ?? 499);
}
