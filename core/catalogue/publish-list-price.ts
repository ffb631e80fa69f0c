import type { PriceId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { timelineOf } from "./price-book.ts";
import type { PriceFault } from "./price-fault.ts";
import type { Price } from "./price.ts";
import type { PriceTerm } from "./price-term.ts";
import type { PricedService, PriceVersion } from "./price-version.ts";
import { type PriceVersions, addPriceVersion, loadPriceBook } from "./price-versions.ts";
import { isSameVersion } from "./publish-price.ts";

/** What a deployment says that everybody pays for a model. */
export type ListPrice = {
  readonly model: string;
  readonly price: Price;
  readonly terms: readonly PriceTerm[];
  /** Absent: requests that are answered at once. */
  readonly service?: PricedService;
};

/** `price`: the declared one under the id that it is published by, for requests to be admitted at. */
export type ListPricePublication =
  | { readonly ok: true; readonly price: Price }
  | { readonly ok: false; readonly faults: readonly PriceFault[] };

/**
 * Makes a declared price the model's list price from `now` on. Where it is that already, nothing is written. A price that
 * was in force once and comes back is a new version: the old id stays with the time that it was published for, and the
 * price goes by `newId`.
 */
export const publishListPrice = async (
  prices: PriceVersions,
  { model, price, terms, service }: ListPrice,
  now: EpochMs,
  newId: () => PriceId,
): Promise<ListPricePublication> => {
  const book = await loadPriceBook(prices);
  const last = book.timelines.get(timelineOf({ model, ...(service && { service }) }))?.at(-1);
  const said = last && { ...last, price: { ...price, id: last.price.id }, terms };
  if (said && said.until === undefined && isSameVersion(last, said))
    return { ok: true, price: { ...price, id: last.price.id } };
  const id = book.versions.has(price.id) ? newId() : price.id;
  const version: PriceVersion = {
    price: { ...price, id },
    model,
    ...(service && { service }),
    currency: "USD",
    from: now,
    terms,
  };
  const published = await addPriceVersion(prices, version, now);
  return published.ok ? { ok: true, price: version.price } : published;
};
