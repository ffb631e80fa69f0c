/** Why a price is refused. */
export const priceFaultCodes = [
  "unknown_currency",
  "unknown_kind",
  "amount_malformed",
  "amount_not_exact",
  "amount_negative",
  "amount_absurd",
  "nothing_sold",
  "no_tiers",
  "last_tier_closed",
  "tier_open",
  "tier_empty",
  "package_empty",
  "allowance_empty",
  "commit_empty",
  "commit_in_list_price",
  "kind_without_rate",
  "terms_conflict",
  "period_empty",
  "starts_in_the_past",
  "overlap",
  "gap",
  "version_changed",
] as const;

export type PriceFaultCode = (typeof priceFaultCodes)[number];

/** `message` is for whoever wrote the price: what is wrong, where, and what would be right. */
export type PriceFault = { readonly code: PriceFaultCode; readonly message: string };
