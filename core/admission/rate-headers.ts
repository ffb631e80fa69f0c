import type { RateStanding } from "./rate-limiter.ts";
import { type RateKind, rateKinds } from "./rate-window.ts";

/**
 * `x-ratelimit-limit-requests`, `-remaining-`, `-reset-`, and the same for tokens, as OpenAI spells them. Where several
 * limits apply, the one with the least left speaks for its kind; a kind without limits is not mentioned.
 */
export const rateHeaders = (standings: readonly RateStanding[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rateKinds.flatMap((kind) => headersOf(kind, standings)));

const headersOf = (
  kind: RateKind,
  standings: readonly RateStanding[],
): readonly (readonly [string, string])[] => {
  const [tightest] = standings
    .filter(({ limit }) => limit[kind] !== undefined)
    .sort((one, other) => one.remaining[kind] - other.remaining[kind]);
  if (!tightest) return [];
  return [
    [`x-ratelimit-limit-${kind}`, String(tightest.limit[kind])],
    [`x-ratelimit-remaining-${kind}`, String(tightest.remaining[kind])],
    [`x-ratelimit-reset-${kind}`, spellDuration(tightest.resetMs)],
  ];
};

/** As Go prints durations: `250ms`, `7.5s`, `1m0s`. */
export const spellDuration = (durationMs: number): string => {
  if (durationMs < 1000) return `${durationMs}ms`;
  const minutes = Math.floor(durationMs / 60_000);
  const seconds = (durationMs - minutes * 60_000) / 1000;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
};
