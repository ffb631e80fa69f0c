import { type ModelIndex, findModel, modelIndex } from "../../core/catalogue/find-model.ts";
import type { Model } from "../../core/catalogue/model.ts";
import type { Catalogue } from "../../core/inference/ports.ts";
import { type Clock, type EpochMs, after } from "../../core/time.ts";

export interface ListedCatalogue extends Catalogue {
  /** Every version of every model, by name and version. */
  list(): Promise<readonly Model[]>;
}

const freshMs = 60_000;
/** How long an old catalogue still serves when the table cannot be read: prices are pinned at admission, late is not wrong. */
const usableMs = 15 * 60_000;

/**
 * Reads the whole catalogue at most once a minute, so that no request reads it and no invented model name can cause a
 * read. Requests that arrive while it is read share the read.
 */
export const cachedCatalogue = (read: () => Promise<readonly Model[]>, clock: Clock): ListedCatalogue => {
  let cached: { readonly models: ModelIndex; readonly readAt: EpochMs } | undefined;
  let reading: Promise<ModelIndex> | undefined;

  const refresh = async (): Promise<ModelIndex> => {
    const readAt = clock.now();
    const listed = await read();
    const models = modelIndex(listed.toSorted(byName));
    cached = { models, readAt };
    return models;
  };

  const current = async (): Promise<ModelIndex> => {
    const age = cached ? clock.now() - cached.readAt : Number.POSITIVE_INFINITY;
    // A clock that jumped back makes the age negative: then it is unknown.
    if (cached && age >= 0 && age < freshMs) return cached.models;
    reading ??= refresh().finally(() => {
      reading = undefined;
    });
    const usable = cached && clock.now() < after(cached.readAt, usableMs) ? cached.models : undefined;
    return reading.catch((error: unknown) => {
      if (usable) return usable;
      throw error;
    });
  };

  return {
    find: async (written) => findModel(await current(), written),
    list: async () => [...(await current()).values()].flat(),
  };
};

const byName = (left: Model, right: Model): number =>
  left.name === right.name ? compareVersions(left.version, right.version) : left.name < right.name ? -1 : 1;

const compareVersions = (left: string, right: string): number =>
  left.localeCompare(right, "en", { numeric: true });
