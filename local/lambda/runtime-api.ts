import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
import { listenOnLoopback, type Listener } from "../listen.ts";
import { readBody } from "../read-body.ts";

/** What one environment's runtime client reports. */
export type RuntimeEvents = {
  /** The client waits for its next event: the environment is idle. */
  onNext(deliver: Deliver): void;
  onPayload(requestId: string, payload: Buffer): void;
  onError(requestId: string, payload: Buffer): void;
  /** The function streams: `body` yields bytes as they are written, its trailers are known at its end. */
  onStream(requestId: string, body: IncomingMessage): void;
  onInitError(payload: Buffer): void;
};

export type Deliver = (event: {
  readonly requestId: string;
  readonly eventJson: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
}) => void;

const route = /^\/2018-06-01\/runtime\/(?:(init)\/error|invocation\/(?:(next)|([^/]+)\/(response|error)))$/;

const traceId = (): string =>
  `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll("-", "").slice(0, 24)};Sampled=0`;

const acknowledge = (response: ServerResponse): void => {
  response.writeHead(202, { "content-type": "application/json" });
  response.end('{"status":"OK"}');
};

const deliverTo =
  (response: ServerResponse): Deliver =>
  ({ requestId, eventJson, deadlineMs, functionArn }) => {
    response.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": requestId,
      "lambda-runtime-deadline-ms": String(deadlineMs),
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": traceId(),
    });
    response.end(eventJson);
  };

const acceptStream = async (
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
  events: RuntimeEvents,
): Promise<void> => {
  events.onStream(requestId, request);
  try {
    await finished(request);
  } catch {
    // The stream was cut, by its reader or by the function's death; whoever reads `request` sees the same error.
    return;
  }
  acknowledge(response);
};

/** Lambda's Runtime API (2018-06-01) for one execution environment. */
export const startRuntimeApi = (events: RuntimeEvents): Promise<Listener> => {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [matched, init, next, requestId = "", kind] = route.exec(request.url ?? "") ?? [];
    if (matched === undefined) {
      response.writeHead(404).end();
    } else if (next !== undefined) {
      events.onNext(deliverTo(response));
    } else if (init !== undefined) {
      const payload = await readBody(request);
      acknowledge(response);
      events.onInitError(payload);
    } else if (request.headers["lambda-runtime-function-response-mode"] === "streaming") {
      await acceptStream(requestId, request, response, events);
    } else {
      const payload = await readBody(request);
      if (kind === "error") events.onError(requestId, payload);
      else events.onPayload(requestId, payload);
      acknowledge(response);
    }
  };
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    // A body that cannot be read is the death of the process, which its environment sees.
    serve(request, response).catch(() => response.destroy());
  });
  return listenOnLoopback(server);
};
