import { describe, expect, test } from "vitest";
import { median, percentile } from "../../bench/statistics.ts";

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe("percentile", () => {
  test("is the nearest rank, whatever the order of the samples", () => {
    expect(percentile(oneToHundred, 0.5)).toBe(50);
    expect(percentile(oneToHundred, 0.99)).toBe(99);
    expect(percentile(oneToHundred, 1)).toBe(100);
    expect(percentile([10, 9], 0.99)).toBe(10);
  });

  test("orders numbers by size, not by their text", () => expect(percentile([9, 10, 100], 0.5)).toBe(10));

  test("leaves the samples as they were", () => {
    const samples = [3, 1, 2];
    percentile(samples, 0.5);
    expect(samples).toEqual([3, 1, 2]);
  });

  test("refuses an empty list instead of printing a zero", () =>
    expect(() => percentile([], 0.5)).toThrow(RangeError));
});

describe("median", () => {
  test("is the middle of an odd number of samples", () => expect(median([30, 10, 20])).toBe(20));

  test("is the mean of the two middle ones of an even number", () =>
    expect(median([40, 10, 20, 30])).toBe(25));

  test("refuses an empty list", () => expect(() => median([])).toThrow(RangeError));
});
