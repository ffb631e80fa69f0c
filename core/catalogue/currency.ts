/** What prices are in. One for now: money is counted in picodollars, and there is no exact rate between currencies. */
export const currencies = ["USD"] as const;

export type Currency = (typeof currencies)[number];

/** `undefined` for a currency that nothing can be sold in. */
export const parseCurrency = (text: string): Currency | undefined =>
  currencies.find((currency) => currency === text);
