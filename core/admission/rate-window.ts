import type { CustomerId, KeyId } from "../identifiers.ts";
import { type EpochMs, epochMs } from "../time.ts";

/** What requests use up of a rate limit. Whole numbers. */
export type RateUse = { readonly requests: number; readonly tokens: number };

/** Per minute and region; an absent one does not limit. */
export type RateLimit = { readonly requests?: number; readonly tokens?: number };

export const rateKinds = ["requests", "tokens"] as const;
export type RateKind = (typeof rateKinds)[number];

/** Whom a limit is for. */
export type RateSubject = { readonly id: KeyId | CustomerId; readonly limit: RateLimit };

/** One minute of one subject: a counter that only grows. */
export type RateWindow = {
  readonly subject: KeyId | CustomerId;
  readonly region: string;
  readonly startsAt: EpochMs;
};

export const windowMs = 60_000;

export const windowStart = (now: EpochMs): EpochMs => epochMs(now - (now % windowMs));

export interface RateWindows {
  /**
   * Counts `use` if none of the limits is passed by it, in one conditional write. `used`: what the window counts afterwards.
   * An acknowledgement that was lost may count twice: a limit then allows less, never more.
   */
  count(
    window: RateWindow,
    use: RateUse,
    limit: RateLimit,
  ): Promise<{ readonly ok: boolean; readonly used: RateUse }>;
}

/** Whether a window that has counted `used` can take `use` more. */
export const fits = (used: RateUse, use: RateUse, limit: RateLimit): boolean =>
  rateKinds.every((kind) => used[kind] + use[kind] <= (limit[kind] ?? Number.POSITIVE_INFINITY));
