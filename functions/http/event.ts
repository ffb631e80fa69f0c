/** What the handlers read of API Gateway's Lambda proxy event (payload format 1.0). */
export type HttpEvent = {
  readonly httpMethod: string;
  /** The route's template, for example `/v1/models/{model}`. */
  readonly resource: string;
  readonly headers: Readonly<Record<string, string | undefined>> | null;
  /** Of parameters that are there twice, the last. */
  readonly queryStringParameters: Readonly<Record<string, string | undefined>> | null;
  readonly pathParameters: Readonly<Record<string, string | undefined>> | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly requestId: string;
    readonly identity: { readonly sourceIp: string };
    readonly authorizer?: Readonly<Record<string, unknown>> | null;
  };
};

/** A header by its lower-case name, whatever its case on the wire. */
export const headerOf = (event: HttpEvent, name: string): string | undefined =>
  Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
