import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

const textOf = (value: string | readonly string[] | undefined): string =>
  typeof value === "string" ? value : (value?.join(",") ?? "");

/** The event of API Gateway's Lambda proxy integration, payload format 1.0; bodies are base64, as the API declares JSON binary. */
export const proxyEvent = (
  request: IncomingMessage,
  body: Buffer,
  authorizer: Readonly<Record<string, string>>,
): object => {
  const path = request.url ?? "/";
  const headers = Object.entries(request.headers).map(([name, value]) => [name, textOf(value)] as const);
  return {
    resource: path,
    path,
    httpMethod: request.method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: Object.fromEntries(headers.map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      authorizer,
      httpMethod: request.method,
      identity: { sourceIp: "127.0.0.1", userAgent: null },
      path: `/bench${path}`,
      protocol: "HTTP/1.1",
      requestId: randomUUID(),
      resourcePath: path,
      stage: "bench",
    },
    body: body.toString("base64"),
    isBase64Encoded: true,
  };
};
