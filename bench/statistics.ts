/** The value that a share of `samples` does not exceed: nearest rank, so it is one of them. Refuses an empty list. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = Float64Array.from(samples).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("a percentile needs at least one sample");
  return value;
};

/** The middle of `samples`, or the mean of the two in the middle. Refuses an empty list. */
export const median = (samples: readonly number[]): number => {
  const sorted = Float64Array.from(samples).sort();
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError("a median needs at least one sample");
  return (lower + upper) / 2;
};
