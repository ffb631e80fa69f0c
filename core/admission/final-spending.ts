import type { LeaseId } from "../identifiers.ts";
import { type Money, add } from "../money.ts";
import type { LeaseUsage } from "./ports.ts";

/**
 * What a lease that is over has spent, to be closed at. Requests that died and left a progress record get their usage
 * events first, so that what a lease is closed at is always the sum of its events.
 *
 * The sum is final, whoever computes it and however often. A request that left progress has an event from here on: the one
 * stored here, or its own if that came first, and what is on record is what is summed. One that left nothing can only
 * store an event of no cost, as its lease is over (`LeaseRules.isLate`).
 */
export const finalSpending = async (
  usage: Pick<LeaseUsage, "recordOf" | "put">,
  lease: LeaseId,
): Promise<Money> => {
  const { spent, unsettled } = await usage.recordOf(lease);
  const settled = await Promise.all(unsettled.map((event) => usage.put(event)));
  return add(spent, ...settled.map(({ cost }) => cost));
};
