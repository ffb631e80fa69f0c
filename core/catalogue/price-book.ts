import type { CustomerId, PriceId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import type { PricedService, PriceVersion } from "./price-version.ts";

/** Every price there ever was: for each model and, where a customer has prices of its own, customer, its versions in order. */
export type PriceBook = {
  readonly timelines: ReadonlyMap<Timeline, readonly PriceVersion[]>;
  readonly versions: ReadonlyMap<PriceId, PriceVersion>;
};

/** `<model>#*` for the list price, `<model>#*#batch` for that of batches, `<model>#<customer>` for a customer's own. A model's name holds no `#`. */
export type Timeline = string;

export const timelineOf = ({ model, customer, service }: TimelineSubject): Timeline =>
  [model, customer ?? "*", ...(service ? [service] : [])].join("#");

type TimelineSubject = {
  readonly model: string;
  readonly customer?: CustomerId;
  readonly service?: PricedService;
};

export const priceBook = (versions: readonly PriceVersion[]): PriceBook => {
  const timelines = new Map<Timeline, PriceVersion[]>();
  for (const version of versions.toSorted((one, other) => one.from - other.from)) {
    const timeline = timelineOf(version);
    timelines.set(timeline, [...(timelines.get(timeline) ?? []), version]);
  }
  return { timelines, versions: new Map(versions.map((version) => [version.price.id, version])) };
};

/**
 * The version that a request admitted at `at` is priced by: the customer's own where one is in force, the list's
 * otherwise. `undefined`: the model is not for sale then, and the request is refused.
 */
export const priceFor = (
  book: PriceBook,
  model: string,
  customer: CustomerId,
  at: EpochMs,
): PriceVersion | undefined =>
  inForce(book, timelineOf({ model, customer }), at) ?? inForce(book, timelineOf({ model }), at);

const inForce = ({ timelines }: PriceBook, timeline: Timeline, at: EpochMs): PriceVersion | undefined => {
  const started = timelines.get(timeline)?.findLast(({ from }) => from <= at);
  return started && (started.until === undefined || at < started.until) ? started : undefined;
};

/** The customer's own prices in force at `at`, by model in alphabetical order. */
export const ownPricesAt = (book: PriceBook, customer: CustomerId, at: EpochMs): readonly PriceVersion[] =>
  [...book.timelines]
    .flatMap(([timeline, [first]]) =>
      first?.customer === customer ? [inForce(book, timeline, at) ?? []].flat() : [],
    )
    .toSorted((one, other) => (one.model < other.model ? -1 : 1));
