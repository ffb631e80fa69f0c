import type { Readable } from "node:stream";
import { z } from "zod";
import { sendBufferedResponse } from "./buffered-response.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Exchange } from "./exchange.ts";
import { firstHeader } from "./forwarded-headers.ts";
import { GatewayError } from "./gateway-error.ts";
import type { GatewayLimits } from "./gateway-limits.ts";
import { invokeFunction } from "./invoke-function.ts";
import type { LambdaIntegration } from "./lambda-integration.ts";
import { proxyEvent, type RequestParts } from "./proxy-event.ts";
import { asBuffer } from "./read-request-body.ts";
import type { RestApi } from "./rest-api.ts";
import { sendStreamedResponse } from "./streamed-response.ts";

/** What a function that streams declares its bytes to be, when they begin with metadata for API Gateway. */
const httpIntegrationResponse = "application/vnd.awslambda.http-integration-response";

/** A Lambda proxy integration: invokes the function and sends the client what it answers. */
export async function answerWithFunction(
  api: RestApi,
  integration: LambdaIntegration,
  exchange: Exchange,
  parts: RequestParts,
  client: ClientConnection,
  limits: GatewayLimits,
): Promise<void> {
  const { runner, transferMode, timeoutMs } = integration;
  requirePermission(api, integration, exchange, parts);
  const event = JSON.stringify(proxyEvent(api, exchange, parts));
  if (Buffer.byteLength(event) > limits.eventBytesMax) {
    throw new GatewayError("REQUEST_TOO_LARGE", { reason: "the event exceeds what Lambda takes" });
  }

  const invokedAtMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - invokedAtMs);
  const result = await invokeFunction(
    runner,
    event,
    timeoutMs,
    () => new GatewayError("INTEGRATION_TIMEOUT"),
  );
  exchange.integration = { status: 200, latencyMs: elapsedMs() };

  if (result.kind === "failed") {
    throw new GatewayError("DEFAULT_5XX", { reason: `${runner.name} failed: ${errorType(result.payload)}` });
  }
  if (transferMode === "STREAM") {
    if (result.kind !== "stream" || result.contentType !== httpIntegrationResponse) {
      if (result.kind === "stream") result.body.destroy();
      throw new GatewayError("DEFAULT_5XX", { reason: `${runner.name} answered without a metadata prelude` });
    }
    await sendStreamedResponse(result.body, () => result.trailingError(), client, {
      remainingMs: Math.max(0, timeoutMs - elapsedMs()),
      idleMs: limits.streamIdleMs[api.endpointType],
      preludeBytesMax: limits.preludeBytesMax,
    });
    return;
  }
  const payload = result.kind === "stream" ? await wholeStream(result.body) : result.payload;
  await sendBufferedResponse(payload, api.binaryMediaTypes, firstHeader(parts.headers, "accept"), client);
}

/** Lambda refuses an API that no permission of the function names, path and method included. */
function requirePermission(
  api: RestApi,
  { runner }: LambdaIntegration,
  exchange: Exchange,
  parts: RequestParts,
): void {
  const source = `${api.executeArn}/${api.stage.name}/${exchange.method}${parts.resource.path}`;
  if (runner.permits("apigateway.amazonaws.com", source)) return;
  throw new GatewayError("API_CONFIGURATION_ERROR", {
    reason: `no Lambda permission lets ${source} invoke ${runner.name}`,
  });
}

/** A streaming function behind a buffered method: Lambda hands its bytes over as one payload. */
async function wholeStream(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) chunks.push(asBuffer(chunk));
  } catch (error) {
    throw new GatewayError("DEFAULT_5XX", {
      reason: `the function broke midway: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
  return Buffer.concat(chunks).toString();
}

/** The error's class only: its message may quote the request. */
function errorType(payload: string): string {
  const parsed = z.object({ errorType: z.string() }).safeParse(JSON.parse(payload));
  return parsed.success ? parsed.data.errorType : "unknown error";
}
