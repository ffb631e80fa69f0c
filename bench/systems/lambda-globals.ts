import type { ServerResponse } from "node:http";

type StreamingHandler = (event: unknown, response: ServerResponse, context: unknown) => Promise<void>;

type Prelude = { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };

/**
 * What Lambda's Node runtime offers to streaming functions, over an HTTP response: the prelude becomes its status line
 * and headers, as API Gateway makes of it.
 */
const awslambda = {
  streamifyResponse: (handler: StreamingHandler): StreamingHandler => handler,
  HttpResponseStream: {
    from: (response: ServerResponse, { statusCode, headers }: Prelude): ServerResponse =>
      response.writeHead(statusCode, headers),
  },
};

Object.assign(globalThis, { awslambda });
