import { validateHeaderName, validateHeaderValue } from "node:http";
import { GatewayError } from "./gateway-error.ts";

type FunctionHeaders = {
  readonly headers?: Readonly<Record<string, string>> | null | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null | undefined;
  readonly cookies?: readonly string[] | undefined;
};

/** Headers about one hop, which the gateway writes itself. */
const dropped: ReadonlySet<string> = new Set([
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** API Gateway keeps these from a function under another name. `www-authenticate` surprises people. */
const remapped: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "expect",
  "host",
  "max-forwards",
  "server",
  "user-agent",
  "via",
  "www-authenticate",
]);

/**
 * The headers that reach the client, names in lower case. Multi-value headers are added to single ones.
 * Throws a 502 for a header that HTTP cannot carry.
 */
export function responseHeaders(source: FunctionHeaders): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  const add = (name: string, values: readonly string[]): void => {
    const lower = name.toLowerCase();
    if (dropped.has(lower)) return;
    const target = remapped.has(lower) ? `x-amzn-remapped-${lower}` : lower;
    const merged = [...(headers.get(target) ?? []), ...values];
    headers.set(target, [...new Set(merged)]);
  };
  for (const [name, value] of Object.entries(source.headers ?? {})) add(name, [value]);
  for (const [name, values] of Object.entries(source.multiValueHeaders ?? {})) add(name, values);
  if (source.cookies !== undefined) add("set-cookie", source.cookies);
  if (!headers.has("content-type")) headers.set("content-type", ["application/json"]);
  for (const [name, values] of headers) for (const value of values) requireValid(name, value);
  return headers;
}

function requireValid(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new GatewayError("DEFAULT_5XX", { reason: `the function returned an invalid header: ${name}` });
  }
}
