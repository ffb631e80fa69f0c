import { contextValues, type Exchange } from "./exchange.ts";
import { firstHeader } from "./forwarded-headers.ts";
import { isModelledContextVariable } from "./context-variables.ts";
import type { RequestParts } from "./proxy-event.ts";
import type { RestApi } from "./rest-api.ts";

/** Where an authorizer finds part of a caller's identity; undefined or empty means it was not sent. */
export type IdentitySource = (api: RestApi, exchange: Exchange, parts: RequestParts) => string | undefined;

/** Parses `method.request.header.Authorization,context.identity.sourceIp`. Refuses sources that are not modelled. */
export function parseIdentitySources(text: string, where: string): readonly IdentitySource[] {
  return text
    .split(",")
    .map((source) => source.trim())
    .filter((source) => source !== "")
    .map((source) => parseIdentitySource(source, where));
}

function parseIdentitySource(source: string, where: string): IdentitySource {
  const [, place, name = ""] =
    /^(method\.request\.header|method\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ??
    [];
  if (place === "method.request.header") {
    return (_api, _exchange, parts) => firstHeader(parts.headers, name.toLowerCase());
  }
  if (place === "method.request.querystring")
    return (_api, exchange) => exchange.query.get(name) ?? undefined;
  if (place === "stageVariables") return (api) => api.stage.variables?.[name];
  if (place === "context" && isModelledContextVariable(name)) {
    return (api, exchange) => contextValues(api, exchange).get(name);
  }
  throw new Error(`${where}: identity source ${source} is not modelled locally`);
}
