import { z } from "zod";
import type { Resource } from "../cloudformation/template.ts";
import { parseProperties } from "../kms/parse-properties.ts";
import { compileContextTemplate, type ContextTemplate } from "./context-template.ts";
import type { ContextValues } from "./context-variables.ts";
import { gatewayErrors, type GatewayError } from "./gateway-error.ts";
import { compileHeaderMapping, type HeaderMapping } from "./header-mapping.ts";

/** A response of the gateway itself, ready to be written. */
export type RenderedResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What a template sets for one response type; what it leaves out comes from DEFAULT_4XX, DEFAULT_5XX or AWS. */
export type GatewayResponse = {
  readonly status: number | undefined;
  readonly headers: readonly HeaderMapping[];
  readonly body: { readonly contentType: string; readonly render: ContextTemplate } | undefined;
};

export type GatewayResponses = ReadonlyMap<string, GatewayResponse>;

/** Response types that exist on AWS but never happen here; a template may still declare them. */
const neverRaised: ReadonlySet<string> = new Set([
  "BAD_REQUEST_BODY",
  "EXPIRED_TOKEN",
  "INTEGRATION_FAILURE",
  "INVALID_API_KEY",
  "INVALID_SIGNATURE",
  "QUOTA_EXCEEDED",
  "RESOURCE_NOT_FOUND",
  "UNSUPPORTED_MEDIA_TYPE",
  "WAF_FILTERED",
]);

const schema = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.coerce.number().int().min(100).max(599).optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

/** Reads an `AWS::ApiGateway::GatewayResponse`. Refuses several content types: which one applies is not modelled. */
export function readGatewayResponse(resource: Resource): readonly [type: string, GatewayResponse] {
  const properties = parseProperties(resource, schema);
  const where = `${resource.stack.name}/${resource.logicalId}`;
  const { ResponseType: type, StatusCode: status } = properties;
  if (!Object.hasOwn(gatewayErrors, type) && !neverRaised.has(type)) {
    throw new Error(`${where}: ResponseType ${type} is not modelled locally`);
  }
  const headers = Object.entries(properties.ResponseParameters).map(([target, source]) =>
    compileHeaderMapping("gatewayresponse.header.", target, source, where),
  );
  const [template, ...others] = Object.entries(properties.ResponseTemplates);
  if (others.length > 0) throw new Error(`${where}: several ResponseTemplates are not modelled locally`);
  const body =
    template === undefined
      ? undefined
      : {
          contentType: template[0],
          render: compileContextTemplate(template[1], `${where} ResponseTemplates`),
        };
  return [type, { headers, status, body }];
}

/** Renders the error as the API's gateway responses say. A type of its own takes nothing from the defaults. */
export function renderGatewayError(
  responses: GatewayResponses,
  error: GatewayError,
  values: ContextValues,
): RenderedResponse {
  const fallback = responses.get(error.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");
  const response = responses.get(error.type) ?? fallback;
  const headers: Record<string, string> = {
    "content-type": response?.body?.contentType ?? "application/json",
    "x-amzn-errortype": gatewayErrors[error.type].errorType,
  };
  for (const mapping of response?.headers ?? []) {
    const value = mapping.value(values);
    if (value !== undefined) headers[mapping.header] = value;
  }
  return {
    // A status on a DEFAULT_* response replaces the status of every type that has no response of its own.
    status: response?.status ?? error.status,
    headers,
    body: response?.body?.render(values, "") ?? awsDefaultBody(error),
  };
}

/** AWS's own bodies: ACCESS_DENIED is the one that is written with a capital M. */
function awsDefaultBody(error: GatewayError): string {
  return JSON.stringify({ [error.type === "ACCESS_DENIED" ? "Message" : "message"]: error.publicMessage });
}
