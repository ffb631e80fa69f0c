import middy from "@middy/core";
import { executionModeStreamifyResponse } from "@middy/core/StreamifyResponse";
import { errorToResponse } from "./error-to-response.ts";
import type { HttpEvent } from "./event.ts";
import { logInfo } from "./log.ts";
import { responseHeaders } from "./response-headers.ts";
import type { Response, StreamableResponse } from "./response.ts";
import { type RequestScope, openScope, scopeOf } from "./scope.ts";

type Handler<Answer> = (event: HttpEvent, scope: RequestScope) => Promise<Answer>;

/** What every HTTP function has in common, for answers that are sent whole. */
export const buffered = (handler: Handler<Response>) => compose(handler, {});

/** The same for answers that may stream: the runtime's response stream carries status and headers first, then the body. */
export const streaming = (handler: Handler<StreamableResponse>) =>
  compose(handler, { executionMode: executionModeStreamifyResponse });

const compose = (handler: Handler<StreamableResponse>, mode: { readonly executionMode?: () => void }) =>
  middy<HttpEvent, StreamableResponse>({
    ...mode,
    // The handlers keep deadlines of their own, which also bound the streamed part.
    timeoutEarlyInMillis: 0,
    requestStart: ({ event }) => {
      if (isHttpEvent(event)) openScope(event, event.requestContext.requestId, Date.now());
    },
    requestEnd: async ({ event, response }) => {
      if (isHttpEvent(event)) await finish(event, response);
    },
  })
    .use([responseHeaders(), errorToResponse()])
    .handler((event: HttpEvent) => handler(event, scopeOf(event)));

const isHttpEvent = (event: unknown): event is HttpEvent =>
  typeof event === "object" && event !== null && "requestContext" in event;

/** One line per request, after its last byte. */
const finish = async (event: HttpEvent, response: unknown): Promise<void> => {
  const scope = scopeOf(event);
  await scope.atEnd?.();
  logInfo("request", {
    requestId: scope.requestId,
    gatewayRequestId: event.requestContext.requestId,
    method: event.httpMethod,
    route: event.resource,
    status: statusOf(response),
    durationMs: Date.now() - scope.startedAtMs,
    ...scope.notes,
  });
};

const statusOf = (response: unknown): number | undefined =>
  typeof response === "object" && response !== null && "statusCode" in response
    ? Number(response.statusCode)
    : undefined;
