import type { RandomBytes } from "../../core/identifiers.ts";

/** Chance, repeatable from a seed. */
export type Random = {
  /** From 0 on, below 1. */
  number(): number;
  between(low: number, high: number): number;
  happens(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value | undefined;
  readonly bytes: RandomBytes;
};

/** mulberry32: 32 bits of state, good enough to choose who crashes. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const number = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    number,
    between: (low, high) => low + number() * (high - low),
    happens: (probability) => number() < probability,
    pick: (values) => values[Math.floor(number() * values.length)],
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(number() * 256)),
  };
};
