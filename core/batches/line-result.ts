import type { BatchId, RequestId } from "../identifiers.ts";
import type { Refusal } from "../inference/refusal.ts";

/** Which line: `line` counts those of its chunk, from 0. */
export type LineKey = { readonly batch: BatchId; readonly chunk: number; readonly line: number };

/** Why a line did not run. OpenAI's codes. */
export type LeavingReason = "batch_cancelled" | "batch_expired";

/** What a line comes to. */
export type LineResult =
  | { readonly kind: "answered"; readonly request: RequestId; readonly body: string }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly request?: RequestId }
  | { readonly kind: "left_out"; readonly reason: LeavingReason };

export const decisionKinds = ["answered", "refused", "left_out"] as const;

/**
 * What is on record of a line: made once, and never changed. `attempt` names the text of the result, which was stored before
 * it was decided that this one is the line's. An answer's is its request.
 */
export type Decision = { readonly kind: (typeof decisionKinds)[number]; readonly attempt: string };
