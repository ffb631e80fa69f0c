import { assert } from "../assert.ts";
import type { Price } from "../catalogue/price.ts";
import { type Money, smaller, zero } from "../money.ts";
import { rate } from "./rate.ts";
import type { UsageEvent } from "./usage-event.ts";

/**
 * What an event should say it cost, from what else it says and the version of the price that it names. It does not share
 * the meter's decision whether to bill: whoever checks with it is to find the meter's mistakes, not to repeat them.
 */
export const recomputeCost = (event: UsageEvent, price: Price): Money => {
  assert(event.price === price.id, `${event.request} is priced by ${event.price}, not by ${price.id}`);
  const isOwed = event.absorbed === undefined && (event.outcome === "completed" || owesPart(event));
  return isOwed ? smaller(rate(event.quantities, price), event.hold) : zero;
};

/** An answer that did not reach its end is paid for if it had begun, said something, and the policy asks for it. */
const owesPart = ({ policy, firstByteAt, quantities }: UsageEvent): boolean =>
  policy !== "waive" && firstByteAt !== undefined && (quantities.outputTokens ?? 0) > 0;
