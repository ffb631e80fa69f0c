import { assert } from "../assert.ts";
import type { EpochMs } from "../time.ts";
import {
  type RateKind,
  type RateLimit,
  type RateSubject,
  type RateUse,
  type RateWindows,
  fits,
  rateKinds,
  windowMs,
  windowStart,
} from "./rate-window.ts";

export type RateRefusal = {
  readonly code: "rate_limited";
  readonly message: string;
  readonly retryAfterSeconds: number;
};

/** Where a subject stands in the current minute. */
export type RateStanding = {
  readonly limit: RateLimit;
  readonly remaining: RateUse;
  readonly resetMs: number;
};

export type RateDecision =
  | { readonly ok: true; readonly standings: readonly RateStanding[] }
  | { readonly ok: false; readonly refusal: RateRefusal; readonly standings: readonly RateStanding[] };

/** The rate limits of one process: permits taken from the shared windows in small batches. */
export interface RateLimiter {
  /** One request of at most `tokens`, counted against every subject or, where one of them refuses, against none. */
  take(subjects: readonly RateSubject[], tokens: number, now: EpochMs): Promise<RateDecision>;
  /** A request has used `used` of the `taken` tokens: the rest is free for others of this minute. */
  giveBack(subjects: readonly RateSubject[], taken: number, used: number, now: EpochMs): void;
}

/** Permits that this process has, and what the window had counted when it was last asked. */
type Permits = { startsAt: EpochMs; left: RateUse; counted: RateUse };

const none: RateUse = { requests: 0, tokens: 0 };
const subjectsMax = 2000;
/** A batch is a fiftieth of a minute's limit: few writes under load, and little is stuck in processes that fall idle. */
const batchesPerWindow = 50;

const plus = (one: RateUse, other: RateUse): RateUse => ({
  requests: one.requests + other.requests,
  tokens: one.tokens + other.tokens,
});

const minus = (one: RateUse, other: RateUse): RateUse => ({
  requests: one.requests - other.requests,
  tokens: one.tokens - other.tokens,
});

const covers = (left: RateUse, use: RateUse): boolean => rateKinds.every((kind) => left[kind] >= use[kind]);

const batchFor = (missing: RateUse, limit: RateLimit): RateUse => {
  const sizeOf = (kind: RateKind): number =>
    Math.max(missing[kind], Math.floor((limit[kind] ?? missing[kind]) / batchesPerWindow));
  return { requests: sizeOf("requests"), tokens: sizeOf("tokens") };
};

export const rateLimiter = (windows: RateWindows, region: string): RateLimiter => {
  const permits = new Map<string, Permits>();

  const permitsOf = ({ id }: RateSubject, now: EpochMs): Permits => {
    const startsAt = windowStart(now);
    const known = permits.get(id);
    if (known && known.startsAt >= startsAt) return known;
    if (permits.size >= subjectsMax) permits.clear();
    const fresh: Permits = { startsAt, left: none, counted: none };
    permits.set(id, fresh);
    return fresh;
  };

  /** Makes sure that this process has permits for `use`; a batch where there is room for one, else what is missing. */
  const obtain = async (subject: RateSubject, held: Permits, use: RateUse): Promise<boolean> => {
    const { id, limit } = subject;
    const missing: RateUse = {
      requests: Math.max(0, use.requests - held.left.requests),
      tokens: Math.max(0, use.tokens - held.left.tokens),
    };
    for (const wanted of [batchFor(missing, limit), missing]) {
      // The counter only grows: what did not fit will not fit before the minute is over, and need not be asked again.
      if (!fits(held.counted, wanted, limit)) continue;
      const window = { subject: id, region, startsAt: held.startsAt };
      const { ok, used } = await windows.count(window, wanted, limit);
      held.counted = used;
      if (ok) {
        held.left = plus(held.left, wanted);
        return true;
      }
    }
    return false;
  };

  const standingOf = (subject: RateSubject, now: EpochMs): RateStanding => {
    const { limit } = subject;
    const { startsAt, counted, left } = permitsOf(subject, now);
    const remainingOf = (kind: RateKind): number =>
      Math.max(0, (limit[kind] ?? 0) - counted[kind] + left[kind]);
    return {
      limit,
      remaining: { requests: remainingOf("requests"), tokens: remainingOf("tokens") },
      resetMs: startsAt + windowMs - now,
    };
  };

  return {
    async take(subjects, tokens, now) {
      assert(Number.isSafeInteger(tokens) && tokens >= 0, `tokens are a whole number, not ${tokens}`);
      const use: RateUse = { requests: 1, tokens };
      const taken: Permits[] = [];
      for (const subject of subjects) {
        const held = permitsOf(subject, now);
        // Somebody else of this process may use up a batch while it is on its way.
        while (!covers(held.left, use)) {
          if (await obtain(subject, held, use)) continue;
          for (const earlier of taken) earlier.left = plus(earlier.left, use);
          const standings = subjects.map((each) => standingOf(each, now));
          return { ok: false, refusal: refusalFor(subject, use, standingOf(subject, now)), standings };
        }
        held.left = minus(held.left, use);
        taken.push(held);
      }
      return { ok: true, standings: subjects.map((subject) => standingOf(subject, now)) };
    },

    giveBack(subjects, taken, used, now) {
      assert(used <= taken, `a request uses at most what it took: ${used} of ${taken}`);
      for (const { id } of subjects) {
        const held = permits.get(id);
        // Permits of a minute that is over are worth nothing.
        if (held?.startsAt === windowStart(now))
          held.left = plus(held.left, { requests: 0, tokens: taken - used });
      }
    },
  };
};

const refusalFor = (subject: RateSubject, use: RateUse, standing: RateStanding): RateRefusal => {
  const owner = subject.id.startsWith("key_") ? "API key" : "account";
  const kind: RateKind =
    subject.limit.requests !== undefined && standing.remaining.requests < use.requests
      ? "requests"
      : "tokens";
  const retryAfterSeconds = Math.max(1, Math.ceil(standing.resetMs / 1000));
  return {
    code: "rate_limited",
    message: `The ${owner} is limited to ${subject.limit[kind]} ${kind} per minute. Try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  };
};
