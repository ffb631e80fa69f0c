import { isBinaryMediaType } from "./binary-media-types.ts";
import { commonLogTime, type Exchange } from "./exchange.ts";
import { firstHeader } from "./forwarded-headers.ts";
import type { RestApi } from "./rest-api.ts";

/** The event of a Lambda proxy integration (format 1.0, the one of REST APIs). */
export type ProxyEvent = {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
};

/** What of a request goes into the event, whether its authorizer or its integration is asked. */
export type RequestParts = {
  readonly resource: { readonly id: string; readonly path: string };
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
};

export function proxyEvent(api: RestApi, exchange: Exchange, parts: RequestParts): ProxyEvent {
  const isBase64Encoded =
    parts.body.length > 0 &&
    isBinaryMediaType(api.binaryMediaTypes, firstHeader(parts.headers, "content-type"));
  const query = groupQuery(exchange.query);
  return {
    resource: parts.resource.path,
    path: exchange.path,
    httpMethod: exchange.method,
    headers: lastValues(parts.headers),
    multiValueHeaders: Object.fromEntries(parts.headers),
    queryStringParameters: query.size > 0 ? lastValues(query) : null,
    multiValueQueryStringParameters: query.size > 0 ? Object.fromEntries(query) : null,
    pathParameters: Object.keys(parts.pathParameters).length > 0 ? parts.pathParameters : null,
    stageVariables: api.stage.variables ?? null,
    requestContext: requestContext(api, exchange, parts.resource),
    // Text that is not UTF-8 arrives with replacement characters, as on AWS.
    body: parts.body.length === 0 ? null : parts.body.toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  };
}

function requestContext(
  api: RestApi,
  exchange: Exchange,
  resource: RequestParts["resource"],
): Readonly<Record<string, unknown>> {
  return {
    accountId: api.account,
    apiId: api.id,
    ...(exchange.authorizer === undefined ? {} : { authorizer: exchange.authorizer }),
    deploymentId: api.stage.deploymentId,
    domainName: api.domainName,
    domainPrefix: api.id,
    extendedRequestId: exchange.extendedRequestId,
    httpMethod: exchange.method,
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: exchange.sourceIp,
      user: null,
      userAgent: exchange.userAgent ?? null,
      userArn: null,
    },
    path: `/${api.stage.name}${exchange.path}`,
    protocol: exchange.protocol,
    requestId: exchange.requestId,
    requestTime: commonLogTime(exchange.startedAtMs),
    requestTimeEpoch: exchange.startedAtMs,
    resourceId: resource.id,
    resourcePath: resource.path,
    stage: api.stage.name,
  };
}

function groupQuery(query: URLSearchParams): ReadonlyMap<string, readonly string[]> {
  return new Map([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
}

function lastValues(values: ReadonlyMap<string, readonly string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? ""]));
}
