import { expect, test } from "vitest";
import { rateHeaders, spellDuration } from "../../../core/admission/rate-headers.ts";
import { rateLimiter } from "../../../core/admission/rate-limiter.ts";
import type { RateSubject, RateWindows } from "../../../core/admission/rate-window.ts";
import { customerId, keyId } from "../../../core/identifiers.ts";
import { after } from "../../../core/time.ts";
import { memoryRateWindows } from "../../support/memory-rate-windows.ts";
import { sampleNow, sampleUlid } from "../../support/samples.ts";

const keyOf = (limit: RateSubject["limit"]): RateSubject => ({ id: keyId(sampleUlid("KEY")), limit });
const customerOf = (limit: RateSubject["limit"]): RateSubject => ({
  id: customerId(sampleUlid("CVS")),
  limit,
});

const countingWindows = () => {
  const windows = memoryRateWindows();
  let writes = 0;
  const counting: RateWindows = {
    count(...args) {
      writes += 1;
      return windows.count(...args);
    },
  };
  return { windows: counting, writes: () => writes };
};

test("ten processes together never pass a limit, and use all of it", async () => {
  const { windows, writes } = countingWindows();
  const processes = Array.from({ length: 10 }, () => rateLimiter(windows, "eu-west-1"));
  const subjects = [keyOf({ requests: 200 }), customerOf({ requests: 500, tokens: 1500 })];
  let admitted = 0;
  for (let round = 0; round < 40; round++) {
    const decisions = await Promise.all(processes.map((each) => each.take(subjects, 10, sampleNow)));
    admitted += decisions.filter(({ ok }) => ok).length;
  }
  expect(admitted).toBeLessThanOrEqual(150);
  expect(admitted).toBeGreaterThanOrEqual(130);
  // 400 requests against two subjects each: permits come in batches, and a full window is not asked again.
  expect(writes()).toBeLessThan(250);
});

test("a refusal says when the minute is over, and the next minute starts afresh", async () => {
  const limiter = rateLimiter(memoryRateWindows(), "eu-west-1");
  const subjects = [keyOf({ requests: 1 })];
  const now = after(sampleNow, 47_500);
  expect((await limiter.take(subjects, 5, now)).ok).toBe(true);
  expect(await limiter.take(subjects, 5, now)).toMatchObject({
    ok: false,
    refusal: {
      code: "rate_limited",
      retryAfterSeconds: 13,
      message: "The API key is limited to 1 requests per minute. Try again in 13 s.",
    },
  });
  expect((await limiter.take(subjects, 5, after(now, 13_000))).ok).toBe(true);
});

test("what one limit refuses is not counted against the other", async () => {
  const limiter = rateLimiter(memoryRateWindows(), "eu-west-1");
  const [key, customer] = [keyOf({ requests: 10 }), customerOf({ tokens: 5 })];
  expect((await limiter.take([key, customer], 6, sampleNow)).ok).toBe(false);
  const { standings } = await limiter.take([key], 0, sampleNow);
  expect(standings[0]?.remaining.requests).toBe(9);
});

test("tokens that were not used are free for others of the same minute", async () => {
  const limiter = rateLimiter(memoryRateWindows(), "eu-west-1");
  const subjects = [keyOf({ tokens: 100 })];
  expect((await limiter.take(subjects, 90, sampleNow)).ok).toBe(true);
  expect((await limiter.take(subjects, 20, sampleNow)).ok).toBe(false);
  limiter.giveBack(subjects, 90, 30, sampleNow);
  expect((await limiter.take(subjects, 20, sampleNow)).ok).toBe(true);
});

test("the headers tell the tightest limit of each kind", async () => {
  const limiter = rateLimiter(memoryRateWindows(), "eu-west-1");
  const subjects = [keyOf({ requests: 40, tokens: 9000 }), customerOf({ requests: 30 })];
  const { standings } = await limiter.take(subjects, 1000, after(sampleNow, 59_750));
  expect(rateHeaders(standings)).toEqual({
    "x-ratelimit-limit-requests": "30",
    "x-ratelimit-remaining-requests": "29",
    "x-ratelimit-reset-requests": "250ms",
    "x-ratelimit-limit-tokens": "9000",
    "x-ratelimit-remaining-tokens": "8000",
    "x-ratelimit-reset-tokens": "250ms",
  });
  expect(rateHeaders([])).toEqual({});
});

test("durations are spelled as OpenAI spells them", () => {
  expect([20, 7660, 60_000, 361_000].map(spellDuration)).toEqual(["20ms", "7.66s", "1m0s", "6m1s"]);
});
