import type { MiddlewareObj } from "@middy/core";
import type { HttpEvent } from "./event.ts";
import { describeError, logError } from "./log.ts";
import { type StreamableResponse, refused } from "./response.ts";
import { scopeOf } from "./scope.ts";

/** A thrown error is a bug or a broken dependency: it is logged without its message, and the client learns only our id for it. */
export const errorToResponse = (): MiddlewareObj<HttpEvent, StreamableResponse> => ({
  onError: (request) => {
    const { requestId } = scopeOf(request.event);
    logError("request_failed", { requestId, route: request.event.resource, ...describeError(request.error) });
    request.response = refused({
      code: "internal_error",
      message: `Something went wrong on our side. Try again; if it persists, report the request id ${requestId}.`,
      retryAfterSeconds: 1,
    });
  },
});
