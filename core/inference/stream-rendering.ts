import type { Quantities } from "../billing/quantities.ts";
import type { QuantitySource } from "../billing/usage-event.ts";
import type { Money } from "../money.ts";
import type { Refusal } from "./refusal.ts";
import type { Observation } from "./stream-tally.ts";

/** What a stream has consumed so far, and what that costs if it ends well. */
export type PricedDelivery = {
  readonly quantities: Quantities;
  readonly source: QuantitySource;
  readonly cost: Money;
};

/** How the client of one stream sees what its model says. Each piece is whole events, or nothing. */
export type StreamRendering = {
  /** What comes before the model's first event. */
  open(): Uint8Array | undefined;
  /** What is to be seen of an event of the model. */
  show(seen: Observation, delivered: () => PricedDelivery): Uint8Array | undefined;
  /** The end of an answer, once its usage event is durable. */
  complete(delivered: PricedDelivery): Uint8Array;
  /** The end of one that failed; a refusal is rendered as an error event by whoever sends it. */
  fail(refusal: Refusal): Uint8Array | Refusal;
};
