/**
 * The `$context.*` variables that are known here. A template that names another one is refused at start: an
 * access log with a hole, or an error body with a literal `$context.foo`, must not be found out in production.
 */
const modelled: ReadonlySet<string> = new Set([
  "accountId",
  "apiId",
  "authorizer.integrationLatency",
  "authorizer.principalId",
  "awsEndpointRequestId",
  "deploymentId",
  "domainName",
  "domainPrefix",
  "error.message",
  "error.messageString",
  "error.responseType",
  "extendedRequestId",
  "httpMethod",
  "identity.caller",
  "identity.sourceIp",
  "identity.user",
  "identity.userAgent",
  "integrationLatency",
  "integrationStatus",
  "path",
  "protocol",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "resourceId",
  "resourcePath",
  "responseLatency",
  "responseLength",
  "stage",
  "status",
]);

/** `authorizer.<name>` is whatever the authorizer puts in its context, so every name is possible. */
export function isModelledContextVariable(name: string): boolean {
  return modelled.has(name) || /^authorizer\.[A-Za-z0-9_-]+$/.test(name);
}

/** Values by name, without the `$context.`; a name without a value is absent. */
export type ContextValues = ReadonlyMap<string, string>;
