import * as z from "zod";
import type { RefusalCode } from "../../../../core/inference/refusal.ts";
import type { Parameter } from "../route.ts";

export const idempotencyKey: Parameter = {
  in: "header",
  name: "Idempotency-Key",
  description:
    "Runs the request once: its finished answer is replayed for a day under the same key, and not billed again.",
  schema: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional(),
};

/** What can be said by every model, whatever its task. */
export const modelRefusals: readonly RefusalCode[] = [
  "invalid_json",
  "invalid_request",
  "request_too_large",
  "unsupported_media_type",
  "scope_missing",
  "model_not_allowed",
  "model_not_found",
  "model_sunset",
  "wrong_task",
  "model_not_priced",
  "budget_exhausted",
  "in_flight_budget",
  "idempotency_in_progress",
  "idempotency_not_replayable",
  "idempotency_mismatch",
  "rejected_by_model",
  "model_overloaded",
  "model_waking",
  "model_unavailable",
  "model_error",
  "model_timeout",
];
