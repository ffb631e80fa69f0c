import { type Money, picodollars } from "../../core/money.ts";
import type { Random } from "./random.ts";

export type SimulatedRequest = {
  readonly region: string;
  readonly hasKeyBudget: boolean;
  readonly hold: Money;
  readonly cost: Money;
  readonly runsMs: number;
};

export const regions = ["eu-west-1", "us-east-1"] as const;
export const requestMsMax = 60_000;
/** About a quarter of the requests may cost more, and leave a progress record. */
export const journalAbove = picodollars(8_000_000_000n);

const meanHold = 5.41e9;
const meanCostPerHold = 1 / 3;
const demandPerBudget = 1.75;
const requestsPerSecond = 4;
const burstEveryMs = 120_000;
const burstMs = 20_000;

/** So much that `requests` of them would cost 1.75 times as much. */
export const budgetFor = (requests: number): Money =>
  picodollars(BigInt(Math.floor((requests * meanHold * meanCostPerHold) / demandPerBudget)));

/** A request's worst case spreads over a factor of 16; what it costs in the end is anything up to that. Some clients hang up. */
export const nextRequest = (random: Random): SimulatedRequest => {
  const hold = 1e9 * 2 ** random.between(0, 4);
  const hangUp = random.happens(0.05) ? random.number() : 1;
  const used = random.number() ** 2 * hangUp;
  return {
    region: random.happens(0.65) ? regions[0] : regions[1],
    hasKeyBudget: random.happens(0.3),
    hold: picodollars(BigInt(Math.floor(hold))),
    cost: picodollars(BigInt(Math.floor(hold * used))),
    runsMs: random.between(200, 12_000),
  };
};

/** Until the next request: three times as many of them arrive in bursts. */
export const gapMs = (elapsedMs: number, random: Random): number => {
  const inBurst = elapsedMs % burstEveryMs < burstMs;
  return (-Math.log(1 - random.number()) * 1000) / (requestsPerSecond * (inBurst ? 3 : 1));
};
