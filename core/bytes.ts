export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
};

/** The index of the last occurrence of `wanted` in `bytes`, or -1. */
export const lastIndexOfBytes = (bytes: Uint8Array, wanted: Uint8Array): number => {
  for (let start = bytes.length - wanted.length; start >= 0; start--) {
    let matched = 0;
    while (matched < wanted.length && bytes[start + matched] === wanted[matched]) matched++;
    if (matched === wanted.length) return start;
  }
  return -1;
};
