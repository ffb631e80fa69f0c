import { type BillingMonth, parseBillingMonth } from "../../core/billing/invoice/billing-month.ts";
import type { BillingPorts, UsageTotals } from "../../core/billing/invoice/billing-ports.ts";
import type { BillingProfile } from "../../core/billing/invoice/billing-profile.ts";
import type { Quantities } from "../../core/billing/quantities.ts";
import { rate } from "../../core/billing/rate.ts";
import type { UsageTotal } from "../../core/billing/usage-total.ts";
import { priceBook } from "../../core/catalogue/price-book.ts";
import type { PriceTerm } from "../../core/catalogue/price-term.ts";
import type { PriceVersion } from "../../core/catalogue/price-version.ts";
import { priceId } from "../../core/identifiers.ts";
import { type Money, parseDollars, picodollars } from "../../core/money.ts";
import { type EpochMs, epochMs } from "../../core/time.ts";
import { type MemoryCells, memoryCells } from "./memory-cells.ts";
import { memoryInvoices } from "./memory-invoices.ts";
import { memoryLedger } from "./memory-ledger.ts";
import { present } from "./present.ts";
import { samplePrincipal, sampleUlid } from "./samples.ts";

export const sampleCustomer = samplePrincipal.customer;

export const dollars = (text: string): Money => present(parseDollars(text), `$${text}`);

export const month = (text: string): BillingMonth => present(parseBillingMonth(text), text);

export const at = (iso: string): EpochMs => epochMs(Date.parse(iso));

/** $1 per million input tokens, $3 per million output tokens, $0.0025 per image; the list price since 2020. */
export const samplePriceVersion = (
  said: Partial<PriceVersion> & { readonly suffix?: string; readonly terms?: readonly PriceTerm[] } = {},
): PriceVersion => {
  const { suffix = "PRC", ...rest } = said;
  return {
    price: {
      id: priceId(sampleUlid(suffix)),
      rates: {
        inputTokens: picodollars(1_000_000n),
        outputTokens: picodollars(3_000_000n),
        images: dollars("0.0025"),
      },
    },
    model: "sample-chat",
    currency: "USD",
    from: at("2020-01-01T00:00:00Z"),
    terms: [],
    ...rest,
  };
};

/** Usage as it is billed: at the list price of `version`. */
export const usageAt = (version: PriceVersion, quantities: Quantities): UsageTotal => ({
  model: version.model,
  price: version.price.id,
  quantities,
  cost: rate(quantities, version.price),
});

export const sampleProfile: BillingProfile = {
  customer: sampleCustomer,
  terms: "postpaid",
  timeZone: "Europe/Berlin",
  currency: "USD",
  seller: {
    name: "Farebox Models Ltd",
    address: ["1 Harbour Street", "Dublin 1", "Ireland"],
    taxId: "IE1234567X",
    email: "billing@farebox.example",
  },
  buyer: {
    name: "Zoë's Movie Nights GmbH",
    address: ["Lange Straße 7", "10115 Berlin", "Germany"],
    taxId: "DE999999999",
  },
  paymentDays: 30,
};

/** Usage that tests write down as single events: `recorded` may grow after a month was closed. */
export type RecordedUsage = { readonly at: EpochMs; readonly total: UsageTotal };

export const usageTotalsOf = (recorded: readonly RecordedUsage[]): UsageTotals => ({
  async between(_, from, until) {
    return recorded.filter((usage) => usage.at >= from && usage.at < until).map(({ total }) => total);
  },
});

/** Billing over memory, at the given prices and usage. */
export const memoryBilling = (
  recorded: readonly RecordedUsage[],
  versions: readonly PriceVersion[] = [samplePriceVersion()],
): MemoryBilling => ({
  usage: usageTotalsOf(recorded),
  prices: { book: async () => priceBook(versions) },
  ledger: memoryLedger(),
  invoices: memoryInvoices(),
  wallet: memoryWallet(),
});

export type MemoryBilling = BillingPorts & { readonly wallet: { readonly cells: MemoryCells } };

export const memoryWallet = (): MemoryBilling["wallet"] => {
  const cells = memoryCells("us-east-1");
  return { cells, transfers: cells, homeRegion: cells.region };
};
