import type { Brand } from "../brand.ts";
import type { CustomerId, RequestId } from "../identifiers.ts";
import { type EpochMs, after } from "../time.ts";

/** What a client sends as `Idempotency-Key`: 1 to 255 visible ASCII characters. Means something within its customer only. */
export type IdempotencyKey = Brand<string, "IdempotencyKey">;

export const parseIdempotencyKey = (text: string): IdempotencyKey | undefined =>
  /^[\x21-\x7e]{1,255}$/.test(text) ? (text as IdempotencyKey) : undefined;

/** JSON text, or bytes of any type. */
export type StoredAnswer = { readonly request: RequestId; readonly status: number } & (
  | { readonly body: string }
  | { readonly contentType: string; readonly bytes: Uint8Array }
);

/** Written before a request with an `Idempotency-Key` runs. */
export type Claim = {
  readonly customer: CustomerId;
  readonly key: IdempotencyKey;
  /** Of the request's body: the same key may not stand for two requests. Lower-case hex. */
  readonly bodyHash: string;
  /** Tells this attempt from others: only it may finish or release the claim. */
  readonly attempt: string;
  readonly claimedAt: EpochMs;
  /** By then the attempt has ended, whether it said so or not. */
  readonly runsUntil: EpochMs;
  readonly progress: Progress;
};

/** A streamed answer, and one too large to keep, is finished without an answer. */
export type Progress =
  | { readonly kind: "running" }
  | { readonly kind: "finished"; readonly answer?: StoredAnswer };

export const claimMs = 24 * 60 * 60_000;

/** Whether `next` may take the place of the claim on record: that is a day old, or its attempt died without a word. */
export const mayReplace = (existing: Claim, next: Claim, now: EpochMs): boolean =>
  now >= after(existing.claimedAt, claimMs) ||
  (existing.progress.kind === "running" && now >= existing.runsUntil && existing.bodyHash === next.bodyHash);

export interface IdempotencyClaims {
  /** Writes the claim if there is none, or one that it `mayReplace`; otherwise yields the one on record. One conditional write. */
  claim(
    next: Claim,
    now: EpochMs,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly existing: Claim }>;
  /** Records that the attempt has ended; `answer` is what its replays get. Does nothing if the claim is another attempt's. */
  finish(claim: Claim, answer: StoredAnswer | undefined): Promise<void>;
  /** The attempt came to nothing and cost nothing: the client may try again with the same key. */
  release(claim: Claim): Promise<void>;
}

export type IdempotencyRefusal = {
  readonly code: "idempotency_in_progress" | "idempotency_not_replayable" | "idempotency_mismatch";
  readonly message: string;
  readonly retryAfterSeconds?: number;
};

export type IdempotencyDecision =
  /** Run the request, then finish or release the claim. */
  | { readonly kind: "run" }
  /** It has run: this is its answer, and it is not billed again. */
  | { readonly kind: "replay"; readonly answer: StoredAnswer }
  | { readonly kind: "refuse"; readonly refusal: IdempotencyRefusal };

/** Claims a key for a request: the claim is on record before the request costs anything. */
export const claimKey = async (
  claims: IdempotencyClaims,
  next: Claim,
  now: EpochMs,
): Promise<IdempotencyDecision> => {
  const claimed = await claims.claim(next, now);
  return claimed.ok ? { kind: "run" } : decide(claimed.existing, next, now);
};

const decide = (existing: Claim, next: Claim, now: EpochMs): IdempotencyDecision => {
  // Our own claim, its acknowledgement lost.
  if (existing.attempt === next.attempt) return { kind: "run" };
  if (existing.bodyHash !== next.bodyHash) return refuse(mismatch);
  if (existing.progress.kind === "running") return refuse(inProgress(existing, now));
  const { answer } = existing.progress;
  return answer ? { kind: "replay", answer } : refuse(notReplayable);
};

const refuse = (refusal: IdempotencyRefusal): IdempotencyDecision => ({ kind: "refuse", refusal });

/** 422 */
const mismatch: IdempotencyRefusal = {
  code: "idempotency_mismatch",
  message: "This Idempotency-Key was used for a request with another body. Use a new key for a new request.",
};

/** 409 */
const notReplayable: IdempotencyRefusal = {
  code: "idempotency_not_replayable",
  message:
    "The request with this Idempotency-Key has run, and its answer is not kept: streamed and very large answers are not. Use a new key to run it again.",
};

/** 409 */
const inProgress = ({ runsUntil }: Claim, now: EpochMs): IdempotencyRefusal => ({
  code: "idempotency_in_progress",
  message: "A request with this Idempotency-Key is in progress. Try again when it has ended.",
  retryAfterSeconds: Math.min(10, Math.max(1, Math.ceil((runsUntil - now) / 1000))),
});
