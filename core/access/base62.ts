import { assert } from "../assert.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Writes a number in base 62, left-padded with zeros to `length` characters; refuses one that does not fit. */
export const base62 = (value: bigint, length: number): string => {
  let rest = value;
  let text = "";
  for (let position = 0; position < length; position++) {
    text = digits.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  assert(rest === 0n, `the value does not fit into ${length} base-62 digits`);
  return text;
};
