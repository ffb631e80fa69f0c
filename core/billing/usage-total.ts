import type { PriceId } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { Quantities } from "./quantities.ts";

/** What a customer's events of a period, one model and one price version add up to. */
export type UsageTotal = {
  readonly model: string;
  readonly price: PriceId;
  /** Of events that were billed: what was waived is not in it. */
  readonly quantities: Quantities;
  /** The sum of the events' costs, as they were priced when they happened. */
  readonly cost: Money;
};
