/** Steady requests per second and how many may come at once. */
export type ThrottleLimit = { readonly ratePerSecond: number; readonly burst: number };

/** True when a request may pass; it then counts. */
export type Throttle = (nowMs: number) => boolean;

/** A token bucket: full at the start, refilled at the rate, never above the burst. */
export function createThrottle(limit: ThrottleLimit): Throttle {
  let tokens = limit.burst;
  let refilledAtMs: number | undefined;
  return (nowMs) => {
    const elapsedMs = Math.max(0, nowMs - (refilledAtMs ?? nowMs));
    refilledAtMs = nowMs;
    tokens = Math.min(limit.burst, tokens + (elapsedMs / 1000) * limit.ratePerSecond);
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
