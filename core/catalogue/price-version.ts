import type { CustomerId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import type { Currency } from "./currency.ts";
import type { Price } from "./price.ts";
import type { PriceTerm } from "./price-term.ts";

/** What a model is sold for from an instant on. Published once, never changed: a new price is a new version. */
export type PriceVersion = {
  readonly price: Price;
  readonly model: string;
  /** Whose price it is; absent: the list price, everybody's. */
  readonly customer?: CustomerId;
  readonly currency: Currency;
  readonly from: EpochMs;
  /** The first instant after it. Absent: until its successor starts. */
  readonly until?: EpochMs;
  readonly terms: readonly PriceTerm[];
};
