import * as z from "zod";
import { parseBillingMonth } from "../../../core/billing/invoice/billing-month.ts";
import { billingTerms } from "../../../core/billing/invoice/billing-profile.ts";
import { parseCreditNoteId } from "../../../core/billing/invoice/credit-note.ts";
import { parseInvoiceId } from "../../../core/billing/invoice/invoice-id.ts";
import { quantityKinds } from "../../../core/billing/quantities.ts";
import { currencies } from "../../../core/catalogue/currency.ts";
import { parseCustomerId, parsePriceId } from "../../../core/identifiers.ts";
import { parsedBy } from "../../parsed-by.ts";
import { count, instant, money } from "./schemas.ts";

const month = parsedBy(parseBillingMonth);
const kind = z.enum(quantityKinds);

/** A quantity of a line; a correction may be below zero. */
const quantity = z
  .bigint()
  .min(BigInt(Number.MIN_SAFE_INTEGER))
  .max(BigInt(Number.MAX_SAFE_INTEGER))
  .transform(Number);

const subject = z.discriminatedUnion("type", [
  z.object({ type: z.literal("usage"), kind, quantity, unitPrice: money }),
  z.object({ type: z.literal("ceiling") }),
  z.object({ type: z.enum(["graduated", "volume", "package", "free-allowance"]), kind }),
  z.object({ type: z.literal("minimum-commit") }),
]);

export const partySchema = z.object({
  name: z.string(),
  address: z.array(z.string()),
  taxId: z.string().exactOptional(),
  email: z.string().exactOptional(),
});

const content = z.object({
  id: parsedBy(parseInvoiceId),
  customer: parsedBy(parseCustomerId),
  month,
  from: instant,
  until: instant,
  timeZone: z.string(),
  terms: z.enum(billingTerms),
  currency: z.enum(currencies),
  seller: partySchema,
  buyer: partySchema,
  lines: z.array(
    z.object({
      month,
      model: z.string(),
      price: parsedBy(parsePriceId),
      subject,
      amount: money,
      cents: money,
    }),
  ),
  totals: z.object({
    usage: money,
    adjustments: money,
    total: money,
    settled: money,
    settledExact: money,
    due: money,
    credited: money,
  }),
  date: z.string(),
  dueDate: z.string(),
});

const number = z.string();

export const invoiceSchema = z.discriminatedUnion("status", [
  content.extend({ status: z.literal("draft") }),
  content.extend({ status: z.literal("issued"), number }),
  content.extend({ status: z.literal("paid"), number, paidAt: instant }),
  content.extend({ status: z.literal("void"), number, voidedAt: instant, reason: z.string() }),
]);

export const creditNoteSchema = z.object({
  id: parsedBy(parseCreditNoteId),
  number,
  customer: parsedBy(parseCustomerId),
  invoice: parsedBy(parseInvoiceId),
  invoiceNumber: z.string(),
  date: z.string(),
  issuedAt: instant,
  reason: z.string(),
  amount: money,
  offDue: money,
  toBalance: money,
});

export const registerSchema = z.object({
  customer: parsedBy(parseCustomerId),
  version: count,
  closedThrough: month.exactOptional(),
  lastInvoiceNumber: count,
  lastCreditNoteNumber: count,
  creditCarried: money,
});
