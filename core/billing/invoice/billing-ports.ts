import type { PriceBook } from "../../catalogue/price-book.ts";
import type { CustomerId } from "../../identifiers.ts";
import type { EpochMs } from "../../time.ts";
import type { WalletPorts } from "../credit-wallet.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { UsageTotal } from "../usage-total.ts";
import type { Invoices } from "./invoices.ts";

/** What was used, by model and price version, as the counters say it. */
export interface UsageTotals {
  /**
   * Of all regions, for requests admitted from `from` on and before `until`, exact at both ends: months of some customers
   * start at half or quarter hours of UTC.
   */
  between(customer: CustomerId, from: EpochMs, until: EpochMs): Promise<readonly UsageTotal[]>;
}

/** Every price that was ever published. */
export interface Prices {
  book(): Promise<PriceBook>;
}

export type BillingPorts = {
  readonly usage: UsageTotals;
  readonly prices: Prices;
  readonly ledger: Ledger;
  readonly invoices: Invoices;
  /** Where money that goes back to a customer can be spent again. */
  readonly wallet: WalletPorts;
};
