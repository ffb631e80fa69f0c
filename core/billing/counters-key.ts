import type { CustomerId, KeyId, PriceId } from "../identifiers.ts";
import { type EpochMs, epochMs } from "../time.ts";
import type { UsageEvent } from "./usage-event.ts";

export const quarterMs = 15 * 60_000;
export const hourMs = 4 * quarterMs;

/**
 * What one counter item counts. The region is part of it: an item is written by one region only, so a global table's
 * last-writer-wins has nothing to lose, and readers add the regions up. The price version is part of it because invoices
 * have a line per version.
 */
export type CounterKey = {
  readonly customer: CustomerId;
  /** The first instant of the hour, in UTC. */
  readonly hour: EpochMs;
  readonly region: string;
  readonly key: KeyId;
  readonly model: string;
  readonly price: PriceId;
};

/** The counter of an event: that of its admission, when its price was fixed. However late it comes, it lands there. */
export const counterKeyOf = (event: UsageEvent): CounterKey => ({
  customer: event.customer,
  hour: startOfHour(event.admittedAt),
  region: event.region,
  key: event.key,
  model: event.model,
  price: event.price,
});

/** One text per counter: two keys name the same counter if and only if their names are equal. */
export const counterName = ({ customer, hour, region, key, model, price }: CounterKey): string =>
  `${customer}#${hour}#${region}#${key}#${model}#${price}`;

export const startOfHour = (instant: EpochMs): EpochMs => epochMs(instant - (instant % hourMs));

/**
 * Which quarter of its hour an instant is in. Every time zone's offset is a multiple of fifteen minutes, so quarters add
 * up to the hours and days of any customer, also in Kathmandu and on Lord Howe Island.
 */
export const quarterOf = (instant: EpochMs): Quarter => {
  const quarter = Math.floor((instant % hourMs) / quarterMs);
  return quarter === 1 || quarter === 2 || quarter === 3 ? quarter : 0;
};

export const quarters = [0, 1, 2, 3] as const;
export type Quarter = (typeof quarters)[number];
