import * as fc from "fast-check";
import { expect, test } from "vitest";
import { estimateTokens, readUsage } from "../../../core/inference/model-usage.ts";

test("a plain usage is read", () =>
  expect(readUsage({ prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 })).toEqual({
    inputTokens: 12,
    outputTokens: 3,
    requests: 1,
  }));

test.each([
  [{ cached_tokens: 5 }, 7, 5],
  [{ cached_tokens: 50 }, 0, 12],
  [{ cached_tokens: 0 }, 12, undefined],
  [{ cached_tokens: -5 }, 12, undefined],
  [{ cached_tokens: "5" }, 12, undefined],
  [null, 12, undefined],
  ["5", 12, undefined],
])("of 12 prompt tokens with details %j, %d are input and %s cached", (details, input, cached) => {
  const usage = readUsage({ prompt_tokens: 12, completion_tokens: 3, prompt_tokens_details: details });
  expect(usage?.inputTokens).toBe(input);
  expect(usage?.cachedInputTokens).toBe(cached);
});

const senseless = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "7", null, true, [7]];
const unusable: readonly unknown[] = [
  undefined,
  null,
  5,
  "usage",
  [],
  {},
  { prompt_tokens: 5 },
  { completion_tokens: 5 },
  ...senseless.map((count) => ({ prompt_tokens: count, completion_tokens: 1 })),
  ...senseless.map((count) => ({ prompt_tokens: 1, completion_tokens: count })),
];

test.each(unusable.map((usage) => ({ usage })))("$usage is not usage, and not zero either", ({ usage }) =>
  expect(readUsage(usage)).toBeUndefined(),
);

test("whatever a server says, counts are whole numbers that add up to its prompt, or unknown", () =>
  fc.assert(
    fc.property(fc.anything(), fc.anything(), fc.anything(), (prompt, output, cached) => {
      const usage = readUsage({
        prompt_tokens: prompt,
        completion_tokens: output,
        prompt_tokens_details: { cached_tokens: cached },
      });
      expect(
        usage === undefined || (usage.inputTokens ?? 0) + (usage.cachedInputTokens ?? 0) === prompt,
      ).toBe(true);
      for (const count of Object.values(usage ?? {}))
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
    }),
  ));

test("an estimate of some text is never zero", () => {
  expect(estimateTokens(0)).toBe(0);
  expect(estimateTokens(1)).toBe(1);
  expect(estimateTokens(4000)).toBe(1000);
});
