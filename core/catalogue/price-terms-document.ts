import type { PriceTerm } from "./price-term.ts";

/** The terms of prices by model, as a deployment carries them: JSON, with amounts in picodollars as decimal strings. */
export const writePriceTerms = (terms: Readonly<Record<string, readonly PriceTerm[]>>): string =>
  JSON.stringify(terms, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
