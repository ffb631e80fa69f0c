import type { Currency } from "../../catalogue/currency.ts";
import type { CustomerId } from "../../identifiers.ts";
import type { Money } from "../../money.ts";
import type { EpochMs } from "../../time.ts";
import type { BillingMonth } from "./billing-month.ts";
import type { BillingTerms, Party } from "./billing-profile.ts";
import type { Charge } from "./charge.ts";
import type { InvoiceId } from "./invoice-id.ts";

/** A charge as it is invoiced: `amount` stays exact, `cents` is it rounded, once. */
export type InvoiceLine = Charge & { readonly cents: Money };

/** Whole cents, except where said otherwise. */
export type InvoiceTotals = {
  /** Usage at list price. */
  readonly usage: Money;
  /** What the terms of the prices make of it: discounts below zero, surcharges above. */
  readonly adjustments: Money;
  readonly total: Money;
  /** How much of the total was paid while it was used, from the balance or from promotional credit. */
  readonly settled: Money;
  /** The same before rounding, to the picodollar. */
  readonly settledExact: Money;
  /** What is to be paid now. */
  readonly due: Money;
  /** What discounts give back to the balance. Never together with something due. */
  readonly credited: Money;
};

/** What an invoice says. Fixed when it is drafted; corrections are credit notes. */
export type InvoiceContent = {
  readonly id: InvoiceId;
  readonly customer: CustomerId;
  readonly month: BillingMonth;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly timeZone: string;
  readonly terms: BillingTerms;
  readonly currency: Currency;
  readonly seller: Party;
  readonly buyer: Party;
  readonly lines: readonly InvoiceLine[];
  readonly totals: InvoiceTotals;
  /** Calendar dates, "2026-02-01". They follow from the month, not from when it happened to be closed. */
  readonly date: string;
  readonly dueDate: string;
};

/** draft -> issued -> paid | void. A draft has no number yet; whatever has one keeps it. */
export type Invoice = InvoiceContent &
  (
    | { readonly status: "draft" }
    | { readonly status: "issued"; readonly number: string }
    | { readonly status: "paid"; readonly number: string; readonly paidAt: EpochMs }
    | {
        readonly status: "void";
        readonly number: string;
        readonly voidedAt: EpochMs;
        readonly reason: string;
      }
  );
