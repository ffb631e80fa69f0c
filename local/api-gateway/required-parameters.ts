import type { Exchange } from "./exchange.ts";
import { firstHeader } from "./forwarded-headers.ts";
import { GatewayError } from "./gateway-error.ts";
import type { RequestParts } from "./proxy-event.ts";

/** A parameter that a request validator insists on. */
export type RequiredParameter = { readonly place: "header" | "path" | "querystring"; readonly name: string };

/** Reads a method's `RequestParameters`: `method.request.querystring.limit: true` is required, false is optional. */
export function requiredParameters(
  parameters: Readonly<Record<string, boolean>>,
  where: string,
): readonly RequiredParameter[] {
  return Object.entries(parameters)
    .filter(([, required]) => required)
    .map(([source]) => {
      const [, place, name] = /^method\.request\.(header|path|querystring)\.(.+)$/.exec(source) ?? [];
      if (name !== undefined && (place === "header" || place === "path" || place === "querystring")) {
        return { place, name };
      }
      throw new Error(`${where}: request parameter ${source} is not modelled locally`);
    });
}

/** Throws BAD_REQUEST_PARAMETERS naming what is missing. */
export function checkRequiredParameters(
  required: readonly RequiredParameter[],
  exchange: Exchange,
  parts: RequestParts,
): void {
  const missing = required.filter(({ place, name }) => {
    switch (place) {
      case "header":
        return firstHeader(parts.headers, name.toLowerCase()) === undefined;
      case "path":
        return parts.pathParameters[name] === undefined;
      case "querystring":
        return !exchange.query.has(name);
    }
  });
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new GatewayError("BAD_REQUEST_PARAMETERS", {
    message: `Missing required request parameters: [${names}]`,
  });
}
