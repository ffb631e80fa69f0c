import type { Model } from "./model.ts";

/** A model as it is stored and carried: JSON, with amounts in picodollars as decimal strings. */
export const writeModelDocument = (model: Model): string =>
  JSON.stringify(model, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
