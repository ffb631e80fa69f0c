import { assert } from "../../assert.ts";
import type { Brand } from "../../brand.ts";
import { type CustomerId, ulidOf } from "../../identifiers.ts";
import type { BillingMonth } from "./billing-month.ts";

/** `inv_<the customer's ULID>_<yyyymm>`: a month has one invoice, and a repeated closing makes the same one. */
export type InvoiceId = Brand<string, "inv">;

const pattern = /^inv_[0-9A-HJKMNP-TV-Z]{26}_\d{6}$/;

export const parseInvoiceId = (text: string): InvoiceId | undefined =>
  pattern.test(text) ? (text as InvoiceId) : undefined;

export const invoiceId = (customer: CustomerId, month: BillingMonth): InvoiceId => {
  const id = parseInvoiceId(`inv_${ulidOf(customer)}_${month.replace("-", "")}`);
  assert(id !== undefined, `${customer} and ${month} make no invoice id`);
  return id;
};

const customerDigits = 8;

/** "2C9Z4K7Q-0001": numbers of one customer have no gaps; another customer's tell nothing of them. */
export const invoiceNumber = (customer: CustomerId, ordinal: number): string =>
  `${ulidOf(customer).slice(-customerDigits)}-${`${ordinal}`.padStart(4, "0")}`;

/** "2C9Z4K7Q-CN-0001": credit notes count by themselves. */
export const creditNoteNumber = (customer: CustomerId, ordinal: number): string =>
  `${ulidOf(customer).slice(-customerDigits)}-CN-${`${ordinal}`.padStart(4, "0")}`;
