import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";
import type { RefusalCode } from "../../core/inference/refusal.ts";
import { authorizerContext } from "../../functions/contract.ts";

/** A quoted JSON string with the gateway's own words. */
const gatewayMessage = "$context.error.messageString";

const say = (message: string): string => JSON.stringify(message);

/** One of the codes that functions refuse with. */
const code = (code: RefusalCode): string => say(code);

/** A value of the authorizer's context; the authorizer writes texts that need no escape. */
const authorizerSays = (name: string): string => `"$context.authorizer.${name}"`;

type ErrorBody = {
  readonly on: ResponseType;
  readonly status?: number;
  readonly type: string;
  /** JSON, as are the message and the code: text that API Gateway fills in. */
  readonly message: string;
  readonly code: string;
  readonly retryAfterSeconds?: number;
  /** For what OpenAI's clients would send again by its status, in vain. */
  readonly isFinal?: true;
};

/**
 * What API Gateway says by itself, in OpenAI's words: a client must not have to know who refused it. Where functions
 * refuse for the same reason they use the same code.
 */
const errorBodies: readonly ErrorBody[] = [
  {
    on: ResponseType.UNAUTHORIZED,
    status: 401,
    type: "authentication_error",
    code: code("missing_api_key"),
    message: say("No API key was sent. Send it in a header: `Authorization: Bearer <key>`."),
  },
  {
    on: ResponseType.ACCESS_DENIED,
    status: 401,
    type: "authentication_error",
    code: authorizerSays(authorizerContext.code),
    message: authorizerSays(authorizerContext.message),
  },
  {
    // API Gateway's name for a URL that it does not know.
    on: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: 404,
    type: "not_found_error",
    code: code("unknown_url"),
    message: say("There is nothing at this URL and method. The API lies under /v1."),
  },
  {
    on: ResponseType.RESOURCE_NOT_FOUND,
    status: 404,
    type: "not_found_error",
    code: code("unknown_url"),
    message: say("There is nothing at this URL and method. The API lies under /v1."),
  },
  {
    on: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    type: "invalid_request_error",
    code: code("request_too_large"),
    message: say("The request is larger than the API takes. Send less content in one request."),
  },
  {
    on: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    status: 415,
    type: "invalid_request_error",
    code: code("unsupported_media_type"),
    message: say("Send `Content-Type: application/json`."),
  },
  {
    on: ResponseType.THROTTLED,
    status: 429,
    type: "rate_limit_error",
    code: code("rate_limited"),
    message: say("The platform is receiving more requests than it takes. Try again in a second."),
    retryAfterSeconds: 1,
  },
  {
    on: ResponseType.INTEGRATION_FAILURE,
    status: 502,
    type: "api_error",
    code: code("internal_error"),
    message: say("Something went wrong on our side. Try again."),
    retryAfterSeconds: 1,
  },
  {
    on: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    type: "api_error",
    code: code("model_timeout"),
    message: say("The answer took too long. Ask for less in one request."),
    isFinal: true,
  },
  {
    on: ResponseType.DEFAULT_4XX,
    type: "invalid_request_error",
    code: code("invalid_request"),
    message: gatewayMessage,
  },
  {
    on: ResponseType.DEFAULT_5XX,
    type: "api_error",
    code: code("internal_error"),
    message: say("Something went wrong on our side. Try again."),
    retryAfterSeconds: 1,
  },
];

/** API Gateway cannot pick an origin from a list. Its errors tell nothing secret, so they answer whoever asked. */
const corsOrigin = (allowedOrigins: readonly string[]): string =>
  allowedOrigins.length === 1 ? `'${allowedOrigins.join("")}'` : "method.request.header.Origin";

export const addGatewayResponses = (api: RestApi, allowedOrigins: readonly string[]): void => {
  for (const { on, status, type, message, code, retryAfterSeconds, isFinal } of errorBodies) {
    api.addGatewayResponse(on.responseType, {
      type: on,
      ...(status !== undefined && { statusCode: String(status) }),
      responseHeaders: {
        "x-request-id": "context.requestId",
        "access-control-allow-origin": corsOrigin(allowedOrigins),
        "access-control-expose-headers": "'x-request-id, retry-after'",
        ...(retryAfterSeconds !== undefined && { "retry-after": `'${retryAfterSeconds}'` }),
        ...(isFinal && { "x-should-retry": "'false'" }),
      },
      templates: {
        "application/json": `{"error":{"message":${message},"type":"${type}","param":null,"code":${code}}}`,
      },
    });
  }
};
