import type { ContextValues } from "./context-variables.ts";
import type { GatewayError } from "./gateway-error.ts";
import type { RestApi } from "./rest-api.ts";

/** What is known about one request, filled in as it passes through the gateway. */
export type Exchange = {
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
  readonly startedAtMs: number;
  readonly method: string;
  /** Without the stage and the query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  resource?: { readonly id: string; readonly path: string };
  /** What the authorizer said, its context as strings. */
  authorizer?: Readonly<Record<string, string | number>>;
  error?: GatewayError;
  integration?: { readonly status: number; readonly latencyMs: number };
  responseBytes: number;
};

/** The exchange as `$context` variables. `status` is only known once the response is written. */
export function contextValues(
  api: RestApi,
  exchange: Exchange,
  finished?: { status: number; nowMs: number },
): ContextValues {
  const { resource, error, integration } = exchange;
  const values: Record<string, string | number | undefined> = {
    accountId: api.account,
    apiId: api.id,
    awsEndpointRequestId: integration === undefined ? undefined : exchange.requestId,
    deploymentId: api.stage.deploymentId,
    domainName: api.domainName,
    domainPrefix: api.id,
    extendedRequestId: exchange.extendedRequestId,
    httpMethod: exchange.method,
    "identity.sourceIp": exchange.sourceIp,
    "identity.userAgent": exchange.userAgent,
    integrationLatency: integration?.latencyMs,
    integrationStatus: integration?.status,
    path: `/${api.stage.name}${exchange.path}`,
    protocol: exchange.protocol,
    requestId: exchange.requestId,
    requestTime: commonLogTime(exchange.startedAtMs),
    requestTimeEpoch: exchange.startedAtMs,
    resourceId: resource?.id,
    resourcePath: resource?.path,
    responseLatency: finished === undefined ? undefined : finished.nowMs - exchange.startedAtMs,
    responseLength: exchange.responseBytes,
    stage: api.stage.name,
    status: finished?.status,
    ...Object.fromEntries(
      Object.entries(exchange.authorizer ?? {}).map(([name, value]) => [`authorizer.${name}`, value]),
    ),
    ...(error === undefined
      ? {}
      : {
          "error.message": error.publicMessage ?? "null",
          "error.messageString": JSON.stringify(error.publicMessage),
          "error.responseType": error.type,
        }),
  };
  return new Map(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `09/Apr/2026:12:34:56 +0000`, as `requestTime` is written. */
export function commonLogTime(epochMs: number): string {
  const time = new Date(epochMs);
  const day = String(time.getUTCDate()).padStart(2, "0");
  const clock = time.toISOString().slice(11, 19);
  return `${day}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}:${clock} +0000`;
}
