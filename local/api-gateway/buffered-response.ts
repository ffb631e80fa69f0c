import { isBinaryMediaType } from "./binary-media-types.ts";
import type { ClientConnection } from "./client-connection.ts";
import { GatewayError } from "./gateway-error.ts";
import { parseProxyResponse } from "./proxy-response.ts";
import { responseHeaders } from "./response-headers.ts";

/** Statuses that HTTP sends without a body, and so without a length. */
const bodiless: ReadonlySet<number> = new Set([204, 304]);

/**
 * Sends what a function returned. A body marked base64 is decoded only when the first type of the client's Accept
 * header is one of the API's binary media types: that is AWS's rule, however odd.
 */
export async function sendBufferedResponse(
  payload: string,
  binaryMediaTypes: readonly string[],
  accept: string | undefined,
  client: ClientConnection,
): Promise<void> {
  const answer = parseProxyResponse(payload);
  if (answer === undefined) {
    throw new GatewayError("DEFAULT_5XX", { reason: "malformed Lambda proxy response" });
  }
  const wanted = accept?.split(",", 1)[0]?.trim();
  const decode = answer.isBase64Encoded === true && isBinaryMediaType(binaryMediaTypes, wanted);
  const body = Buffer.from(answer.body ?? "", decode ? "base64" : "utf8");

  const headers = new Map(responseHeaders(answer));
  if (!bodiless.has(answer.statusCode)) headers.set("content-length", [String(body.length)]);
  client.writeHead(answer.statusCode, headers);
  await client.write(body);
  client.response.end();
}
