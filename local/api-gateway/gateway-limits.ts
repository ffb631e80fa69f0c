const mebibyte = 1024 * 1024;

/** The quotas of a REST API. Tests shorten the durations. */
export type GatewayLimits = {
  /** A larger request body is refused. */
  readonly bodyBytesMax: number;
  /** Request line and header values together. */
  readonly headerBytesMax: number;
  /** What a Lambda invocation takes: the whole event, its body base64 where it is binary. */
  readonly eventBytesMax: number;
  /** The metadata of a streamed response must end within these bytes. */
  readonly preludeBytesMax: number;
  readonly authorizerTimeoutMs: number;
  /** How long a stream may be silent. */
  readonly streamIdleMs: { readonly REGIONAL: number; readonly EDGE: number };
};

/** As AWS documents them. */
export const awsGatewayLimits: GatewayLimits = {
  bodyBytesMax: 10 * mebibyte,
  headerBytesMax: 10_240,
  eventBytesMax: 6 * mebibyte,
  preludeBytesMax: 16 * 1024,
  authorizerTimeoutMs: 29_000,
  streamIdleMs: { REGIONAL: 5 * 60_000, EDGE: 30_000 },
};

/** The default and the bounds of `TimeoutInMillis`, by transfer mode. */
export const integrationTimeoutMs = {
  min: 50,
  default: 29_000,
  max: { BUFFERED: 300_000, STREAM: 15 * 60_000 },
} as const;
