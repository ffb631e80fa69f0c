import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** One attempt of a client. Times are milliseconds of `performance.now()`. */
export type Attempt = {
  readonly origin: string;
  /** What it was authorized by. */
  readonly authorization: string | undefined;
  readonly startedAt: number;
  /** Absent until an answer begins, and if none ever does. */
  answer?: { readonly status: number; readonly at: number };
};

/** Every request that this process makes with `fetch`, by whatever library: nothing of a client has to be replaced to see them. */
export const watchOutgoing = (): { readonly attempts: readonly Attempt[]; stop(): void } => {
  const attempts: Attempt[] = [];
  const attemptOf = new WeakMap<object, Attempt>();

  const created = (message: unknown): void => {
    const { request } = message as { readonly request: UndiciRequest };
    const attempt: Attempt = {
      origin: String(request.origin),
      authorization: headerOf(request.headers, "authorization"),
      startedAt: performance.now(),
    };
    attempts.push(attempt);
    attemptOf.set(request, attempt);
  };

  const answered = (message: unknown): void => {
    const { request, response } = message as {
      readonly request: UndiciRequest;
      readonly response: { readonly statusCode: number };
    };
    const attempt = attemptOf.get(request);
    if (attempt) attempt.answer = { status: response.statusCode, at: performance.now() };
  };

  subscribe("undici:request:create", created);
  subscribe("undici:request:headers", answered);
  return {
    attempts,
    stop() {
      unsubscribe("undici:request:create", created);
      unsubscribe("undici:request:headers", answered);
    },
  };
};

/** As Node's fetch publishes it: names and values of the headers in turn. */
type UndiciRequest = { readonly origin: string | URL; readonly headers: readonly string[] };

const headerOf = (headers: readonly string[], name: string): string | undefined => {
  const index = headers.findIndex((each, index) => index % 2 === 0 && each.toLowerCase() === name);
  return index < 0 ? undefined : headers[index + 1];
};
