/** The value, or a failure that says what is missing: a test must not go on without it. */
export const present = <Value>(value: Value | null | undefined, what = "the value"): Value => {
  if (value === undefined || value === null) throw new Error(`${what} is missing`);
  return value;
};
