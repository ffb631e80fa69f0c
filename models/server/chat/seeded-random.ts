/** Numbers in [0, 1). */
export type Random = () => number;

/**
 * sfc32: small, fast and good enough to sample tokens; nothing secret depends on it.
 * Every generation has its own, so that one request's draws do not move another's.
 */
export const seededRandom = (seed: number): Random => {
  const whole = BigInt.asUintN(64, BigInt(seed));
  let a = Number(whole & 0xffffffffn) | 0;
  let b = Number(whole >> 32n) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Neighbouring seeds differ in a bit or two: let them drift apart first.
  for (let round = 0; round < 16; round += 1) next();
  return next;
};
