import { expect, test } from "vitest";
import { createThrottle } from "../../../local/api-gateway/throttle.ts";

test("a burst passes at once, then requests pass at the rate", () => {
  const passes = createThrottle({ ratePerSecond: 2, burst: 3 });
  expect([0, 0, 0, 0].map(passes)).toEqual([true, true, true, false]);
  expect([499, 500, 501, 999, 1000].map(passes)).toEqual([false, true, false, false, true]);
});

test("a long silence saves up no more than the burst", () => {
  const passes = createThrottle({ ratePerSecond: 100, burst: 2 });
  expect(passes(0)).toBe(true);
  expect([60_000, 60_000, 60_000].map(passes)).toEqual([true, true, false]);
});
