import type { CustomerId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import type { Currency } from "./currency.ts";
import type { Price } from "./price.ts";
import type { PriceTerm } from "./price-term.ts";

/** What has a list price of its own: lines of batches, which wait until there is room for them. */
export const pricedServices = ["batch"] as const;
export type PricedService = (typeof pricedServices)[number];

/** What a model is sold for from an instant on. Published once, never changed: a new price is a new version. */
export type PriceVersion = {
  readonly price: Price;
  readonly model: string;
  /** Whose price it is; absent: the list price, everybody's. */
  readonly customer?: CustomerId;
  /** What is sold at it; absent: requests that are answered at once. */
  readonly service?: PricedService;
  readonly currency: Currency;
  readonly from: EpochMs;
  /** The first instant after it. Absent: until its successor starts. */
  readonly until?: EpochMs;
  readonly terms: readonly PriceTerm[];
};
