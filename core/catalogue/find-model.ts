import type { Model } from "./model.ts";
import { nameIn, pinOf } from "./model-name.ts";

/** What a client's `model` means, and every version of that name, so that a refusal can list them. */
export type ModelFinding = {
  readonly model: Model | undefined;
  /** As clients write them: `tiny-chat@1.0.0`. */
  readonly versions: readonly string[];
};

/** The versions of every name. */
export type ModelIndex = ReadonlyMap<string, readonly Model[]>;

export const modelIndex = (models: readonly Model[]): ModelIndex => Map.groupBy(models, ({ name }) => name);

/**
 * A bare name means the version that is not reached by its pin only. While a publication moves it there are two of them for a
 * moment, and either will do.
 */
export const findModel = (index: ModelIndex, written: string): ModelFinding => {
  const versions = index.get(nameIn(written)) ?? [];
  return {
    model: versions.find((model) => (written === model.name ? !model.pinnedOnly : written === pinOf(model))),
    versions: versions.map(pinOf),
  };
};
