import { assert } from "../../assert.ts";
import { type Money, add, smaller, subtract, zero } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import { type Grant, compareGrants, hasExpired } from "./grant.ts";
import type { Draw } from "./transfer.ts";

export type BurnDown = {
  /** All grants, in the order given. */
  readonly grants: readonly Grant[];
  readonly draws: readonly Draw[];
  /** What no grant paid for. */
  readonly uncovered: Money;
};

/** Takes `amount` out of the grants that are valid at `at`, in their order. Two burn-downs in a row equal one of the sum. */
export const burnDown = (grants: readonly Grant[], amount: Money, at: EpochMs): BurnDown => {
  assert(amount >= 0n, "what is used is never less than nothing");
  const draws = new Map<Grant, Money>();
  let uncovered = amount;
  for (const grant of grants.toSorted(compareGrants)) {
    const taken = hasExpired(grant, at) ? zero : smaller(grant.remaining, uncovered);
    if (taken === zero) continue;
    draws.set(grant, taken);
    uncovered = subtract(uncovered, taken);
  }
  return {
    grants: grants.map((grant) => ({
      ...grant,
      remaining: subtract(grant.remaining, draws.get(grant) ?? zero),
    })),
    draws: [...draws].map(([{ id }, amount]) => ({ grant: id, amount })),
    uncovered,
  };
};

/** What was drawn from grants. */
export const drawn = (draws: readonly Draw[]): Money => add(...draws.map(({ amount }) => amount));
