import { expect, test } from "vitest";
import { after, epochMs } from "../../core/time.ts";

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("%d is refused as an instant", (value) =>
  expect(() => epochMs(value)).toThrow("an instant is a whole number of milliseconds"),
);

test("an instant after another is so many milliseconds later", () =>
  expect(after(epochMs(1_000), 500)).toBe(1_500));

test("a fraction of a millisecond is no duration", () =>
  expect(() => after(epochMs(1_000), 0.5)).toThrow("an instant is a whole number of milliseconds"));
