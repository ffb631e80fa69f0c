import { timelineOf } from "../../core/catalogue/price-book.ts";
import type { PriceVersion } from "../../core/catalogue/price-version.ts";
import type { PriceVersions } from "../../core/catalogue/price-versions.ts";
import type { PriceId } from "../../core/identifiers.ts";

export const memoryPriceVersions = (): PriceVersions => {
  const versions = new Map<PriceId, PriceVersion>();
  const ends = new Map<string, PriceId>();
  return {
    async list() {
      return [...versions.values()];
    },
    async add(version, last) {
      const timeline = timelineOf(version);
      if (versions.has(version.price.id) || ends.get(timeline) !== last) return false;
      versions.set(version.price.id, version);
      ends.set(timeline, version.price.id);
      return true;
    },
  };
};
