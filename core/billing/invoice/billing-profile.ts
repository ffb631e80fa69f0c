import type { Currency } from "../../catalogue/currency.ts";
import type { CustomerId } from "../../identifiers.ts";

/** How a customer pays: ahead, so that the month's document is a statement, or when the invoice comes. */
export const billingTerms = ["prepaid", "postpaid"] as const;
export type BillingTerms = (typeof billingTerms)[number];

/** One side of an invoice, as it is printed. */
export type Party = {
  readonly name: string;
  /** Lines of the postal address, at most 6. */
  readonly address: readonly string[];
  readonly taxId?: string;
  readonly email?: string;
};

/** How a customer is billed. What an invoice says is copied from here when it is drafted, and stays as it was. */
export type BillingProfile = {
  readonly customer: CustomerId;
  readonly terms: BillingTerms;
  /** IANA name. The customer's months start at its midnights. */
  readonly timeZone: string;
  readonly currency: Currency;
  readonly buyer: Party;
  readonly seller: Party;
  /** From the date of the invoice; postpaid only. */
  readonly paymentDays: number;
};
