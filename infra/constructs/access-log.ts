import { AccessLogField, AccessLogFormat } from "aws-cdk-lib/aws-apigateway";

/**
 * A JSON line per request: who, which route, how it went, how long it took. Nothing of headers, bodies or query
 * strings, and routes without their parameters, so that neither content nor a key can get into it.
 */
export const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    event: "access",
    requestId: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTime(),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    key: AccessLogField.contextAuthorizerPrincipalId(),
    sourceIp: AccessLogField.contextIdentitySourceIp(),
    responseBytes: AccessLogField.contextResponseLength(),
    durationMs: AccessLogField.contextResponseLatency(),
    gatewayError: AccessLogField.contextErrorResponseType(),
  }),
);
