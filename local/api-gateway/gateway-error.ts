type ErrorKind = {
  /** Before a GatewayResponse overrides it. */
  readonly status: number;
  /** `x-amzn-errortype`. */
  readonly errorType: string;
  /** AWS writes null where it explains nothing. */
  readonly message: string | null;
};

/** The gateway response types that this gateway can produce, with AWS's statuses and texts. */
export const gatewayErrors = {
  ACCESS_DENIED: {
    status: 403,
    errorType: "AccessDeniedException",
    message: "User is not authorized to access this resource",
  },
  API_CONFIGURATION_ERROR: {
    status: 500,
    errorType: "InternalServerErrorException",
    message: "Internal server error",
  },
  AUTHORIZER_CONFIGURATION_ERROR: {
    status: 500,
    errorType: "AuthorizerConfigurationException",
    message: null,
  },
  AUTHORIZER_FAILURE: { status: 500, errorType: "AuthorizerFailureException", message: null },
  BAD_REQUEST_PARAMETERS: {
    status: 400,
    errorType: "BadRequestException",
    message: "Missing required request parameters",
  },
  DEFAULT_4XX: { status: 400, errorType: "BadRequestException", message: "Bad Request" },
  DEFAULT_5XX: { status: 502, errorType: "InternalServerErrorException", message: "Internal server error" },
  INTEGRATION_TIMEOUT: {
    status: 504,
    errorType: "InternalServerErrorException",
    message: "Endpoint request timed out",
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    errorType: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
  },
  REQUEST_TOO_LARGE: { status: 413, errorType: "RequestTooLongException", message: "Request Too Long" },
  THROTTLED: { status: 429, errorType: "TooManyRequestsException", message: "Too Many Requests" },
  UNAUTHORIZED: { status: 401, errorType: "UnauthorizedException", message: "Unauthorized" },
} as const satisfies Record<string, ErrorKind>;

export type GatewayErrorType = keyof typeof gatewayErrors;

type Details = {
  /** For the client, instead of AWS's usual text. */
  readonly message?: string;
  /** Instead of the type's usual status. */
  readonly status?: number;
  /** Why, for the console of this machine; never sent to the client, never request or response content. */
  readonly reason?: string;
};

/** A request that the gateway answers itself. */
export class GatewayError extends Error {
  readonly type: GatewayErrorType;
  readonly status: number;
  readonly publicMessage: string | null;
  readonly reason: string;

  constructor(type: GatewayErrorType, details: Details = {}) {
    const publicMessage = details.message ?? gatewayErrors[type].message;
    const reason = details.reason ?? publicMessage ?? type;
    super(`${type}: ${reason}`);
    this.name = "GatewayError";
    this.type = type;
    this.status = details.status ?? gatewayErrors[type].status;
    this.publicMessage = publicMessage;
    this.reason = reason;
  }
}
