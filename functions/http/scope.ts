import type { LogFields } from "./log.ts";

/** What belongs to one HTTP request while it runs. */
export type RequestScope = {
  readonly startedAtMs: number;
  /** Sent as `x-request-id`. API Gateway's id until the request is admitted, then the id it can be looked up by. */
  requestId: string;
  /** Further fields for the request's log line. */
  notes: LogFields;
  /** Awaited after the response has ended, however it ended, before the environment may be frozen. */
  atEnd?: () => Promise<void>;
};

const scopes = new WeakMap<object, RequestScope>();

export const openScope = (event: object, requestId: string, startedAtMs: number): void => {
  scopes.set(event, { startedAtMs, requestId, notes: {} });
};

export const scopeOf = (event: object): RequestScope => {
  const scope = scopes.get(event);
  if (!scope) throw new Error("the request has no scope: it did not come through the pipeline");
  return scope;
};
