import type { RefusalCode } from "../../core/inference/refusal.ts";

type Rendering = {
  readonly status: number;
  readonly type: ErrorType;
  /** There where the same request can succeed later: when, if the refusal itself does not know better. */
  readonly retryAfterSeconds?: number;
};

/** OpenAI's error types: clients choose their exception class by status and type. */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "not_found_error"
  | "rate_limit_error"
  | "insufficient_quota"
  | "api_error";

/** The AI SDK takes a minute or more for a mistake, and asks again after two seconds. */
const retryAfterSecondsMax = 59;

/** The one place where refusal codes become HTTP. */
export const errorTable = {
  invalid_json: { status: 400, type: "invalid_request_error" },
  invalid_request: { status: 400, type: "invalid_request_error" },
  request_too_large: { status: 413, type: "invalid_request_error" },
  unsupported_media_type: { status: 415, type: "invalid_request_error" },
  missing_api_key: { status: 401, type: "authentication_error" },
  invalid_api_key: { status: 401, type: "authentication_error" },
  revoked_api_key: { status: 401, type: "authentication_error" },
  expired_api_key: { status: 401, type: "authentication_error" },
  scope_missing: { status: 403, type: "permission_error" },
  source_not_allowed: { status: 403, type: "permission_error" },
  model_not_allowed: { status: 403, type: "permission_error" },
  model_not_found: { status: 404, type: "not_found_error" },
  model_sunset: { status: 410, type: "invalid_request_error" },
  wrong_task: { status: 400, type: "invalid_request_error" },
  model_not_priced: { status: 403, type: "permission_error" },
  output_limit_exceeded: { status: 400, type: "invalid_request_error" },
  rate_limited: { status: 429, type: "rate_limit_error", retryAfterSeconds: retryAfterSecondsMax },
  // Clients retry 429 and not 402: an exhausted purse does not fill up by waiting, one in use does.
  budget_exhausted: { status: 402, type: "insufficient_quota" },
  in_flight_budget: { status: 429, type: "rate_limit_error", retryAfterSeconds: 1 },
  idempotency_in_progress: { status: 409, type: "invalid_request_error", retryAfterSeconds: 1 },
  idempotency_not_replayable: { status: 409, type: "invalid_request_error" },
  idempotency_mismatch: { status: 422, type: "invalid_request_error" },
  context_length_exceeded: { status: 400, type: "invalid_request_error" },
  image_unavailable: { status: 400, type: "invalid_request_error" },
  rejected_by_model: { status: 400, type: "invalid_request_error" },
  model_overloaded: { status: 503, type: "api_error", retryAfterSeconds: 2 },
  model_waking: { status: 503, type: "api_error", retryAfterSeconds: retryAfterSecondsMax },
  model_unavailable: { status: 503, type: "api_error", retryAfterSeconds: 5 },
  model_error: { status: 502, type: "api_error", retryAfterSeconds: 1 },
  model_timeout: { status: 504, type: "api_error" },
  generation_not_found: { status: 404, type: "not_found_error" },
  invoice_not_found: { status: 404, type: "not_found_error" },
  file_not_found: { status: 404, type: "not_found_error" },
  file_not_ready: { status: 409, type: "invalid_request_error" },
  batch_not_found: { status: 404, type: "not_found_error" },
  // Not 409, which clients repeat: a batch that has ended stays so.
  batch_ended: { status: 400, type: "invalid_request_error" },
  unknown_url: { status: 404, type: "not_found_error" },
  internal_error: { status: 500, type: "api_error", retryAfterSeconds: 1 },
} as const satisfies Record<RefusalCode, Rendering>;

/** How a code is rendered, wherever all of them are treated alike. */
export const renderingOf = (code: RefusalCode): Rendering => errorTable[code];

/** What OpenAI's clients, which look at the status, send again. */
const looksTransient = (status: number): boolean =>
  status === 408 || status === 409 || status === 429 || status >= 500;

/**
 * Tells a client whether the same request can succeed later: `retry-after` says so, and its absence says no. OpenAI's clients
 * go by the status, except where `x-should-retry` says otherwise.
 */
export const retryHeaders = (code: RefusalCode, knownSeconds?: number): Readonly<Record<string, string>> => {
  const { status, retryAfterSeconds } = renderingOf(code);
  if (retryAfterSeconds !== undefined) {
    const seconds = Math.min(knownSeconds ?? retryAfterSeconds, retryAfterSecondsMax);
    return { "retry-after": String(seconds) };
  }
  return looksTransient(status) ? { "x-should-retry": "false" } : {};
};
