import type { PriceId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type PriceBook, priceBook, timelineOf } from "./price-book.ts";
import type { PriceVersion } from "./price-version.ts";
import { type Publication, publishPrice } from "./publish-price.ts";

/** Where published prices are kept; nothing here changes or removes one. */
export interface PriceVersions {
  list(): Promise<readonly PriceVersion[]>;
  /**
   * Adds a version after `last`, the end of its timeline so far. `false`: the id is taken, or somebody else has extended the
   * timeline; read again and decide anew.
   */
  add(version: PriceVersion, last: PriceId | undefined): Promise<boolean>;
}

export const loadPriceBook = async (prices: Pick<PriceVersions, "list">): Promise<PriceBook> =>
  priceBook(await prices.list());

/** Publishes a version for good, or says why not. Publishing it again is a success. */
export const addPriceVersion = async (
  prices: PriceVersions,
  version: PriceVersion,
  now: EpochMs,
): Promise<Publication> => {
  const book = await loadPriceBook(prices);
  const publication = publishPrice(book, version, now);
  if (!publication.ok || book.versions.has(version.price.id)) return publication;
  const last = book.timelines.get(timelineOf(version))?.at(-1);
  // Lost to another publication: the next look at the book tells whether this one still fits.
  return (await prices.add(version, last?.price.id)) ? publication : addPriceVersion(prices, version, now);
};
