/** Every reason for which a request is refused or an answer fails: a closed set, rendered by one table in functions/http. */
export const refusalCodes = [
  "invalid_json",
  "invalid_request",
  "request_too_large",
  "unsupported_media_type",
  "missing_api_key",
  "invalid_api_key",
  "revoked_api_key",
  "expired_api_key",
  "scope_missing",
  "source_not_allowed",
  "model_not_allowed",
  "model_not_found",
  "model_sunset",
  "wrong_task",
  "model_not_priced",
  "output_limit_exceeded",
  "rate_limited",
  "budget_exhausted",
  "in_flight_budget",
  "idempotency_in_progress",
  "idempotency_not_replayable",
  "idempotency_mismatch",
  "context_length_exceeded",
  "image_unavailable",
  "rejected_by_model",
  "model_overloaded",
  "model_waking",
  "model_unavailable",
  "model_error",
  "model_timeout",
  "generation_not_found",
  "invoice_not_found",
  "file_not_found",
  "file_not_ready",
  "batch_not_found",
  "batch_ended",
  "unknown_url",
  "internal_error",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** Says what happened and what to do, in words that may be shown to the customer. */
export type Refusal = {
  readonly code: RefusalCode;
  readonly message: string;
  /** The request field at fault, for example `messages[0].role`. */
  readonly param?: string;
  /** Of a code that can be retried: when, where that is known. */
  readonly retryAfterSeconds?: number;
};
