import type { EpochMs } from "../time.ts";
import { type PriceBook, priceBook, timelineOf } from "./price-book.ts";
import type { PriceFault, PriceFaultCode } from "./price-fault.ts";
import type { PriceVersion } from "./price-version.ts";
import { priceVersionFaults } from "./price-version-faults.ts";

export type Publication =
  | { readonly ok: true; readonly book: PriceBook }
  | { readonly ok: false; readonly faults: readonly PriceFault[] };

/**
 * Adds a version at the end of its timeline. The version before it, if open, ends where this one starts. Publishing the
 * same version again changes nothing; nothing ever changes a version, and none starts in the past, where requests were
 * already admitted at another price.
 */
export const publishPrice = (book: PriceBook, version: PriceVersion, now: EpochMs): Publication => {
  const published = book.versions.get(version.price.id);
  if (published) {
    return isSameVersion(published, version)
      ? { ok: true, book }
      : refuse(
          "version_changed",
          `${version.price.id} is published with other content: give the new price a new id.`,
        );
  }
  const faults = [...priceVersionFaults(version), ...placeFaults(book, version, now)];
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, book: priceBook([...book.versions.values(), version]) };
};

const refuse = (code: PriceFaultCode, message: string): Publication => ({
  ok: false,
  faults: [{ code, message }],
});

const placeFaults = (book: PriceBook, version: PriceVersion, now: EpochMs): readonly PriceFault[] => {
  if (version.from < now)
    return [
      {
        code: "starts_in_the_past",
        message: "A price cannot start in the past: requests were admitted since.",
      },
    ];
  const last = book.timelines.get(timelineOf(version))?.at(-1);
  if (!last) return [];
  if (version.from <= last.from || (last.until !== undefined && version.from < last.until))
    return [
      { code: "overlap", message: `The price overlaps ${last.price.id}: two would be in force at once.` },
    ];
  // Between a customer's own prices the list price is in force; between list prices nothing would be.
  if (!version.customer && last.until !== undefined && version.from > last.until)
    return [{ code: "gap", message: `Between ${last.price.id} and this price the model would have none.` }];
  return [];
};

/** Whether two versions charge the same, in whatever order they were put together: when progress is recorded is no part of it. */
export const isSameVersion = (one: PriceVersion, other: PriceVersion): boolean => write(one) === write(other);

/** With sorted members, so that the order in which a version was put together does not matter. */
const write = (version: PriceVersion): string =>
  JSON.stringify(version, (name, value: unknown) => {
    if (name === "journalAbove") return undefined;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  });
