import { type QuantityKind, quantityKinds } from "../quantities.ts";
import type { PriceId } from "../../identifiers.ts";
import type { Money } from "../../money.ts";
import type { QuantityTerm } from "../../catalogue/price-term.ts";
import type { BillingMonth } from "./billing-month.ts";

/**
 * What is charged for. `usage` is quantity x list price; `ceiling` is what the holds of single requests kept from being
 * billed; the others are the price's terms, each the difference that it makes.
 */
export type ChargeSubject =
  | {
      readonly type: "usage";
      readonly kind: QuantityKind;
      readonly quantity: number;
      readonly unitPrice: Money;
    }
  | { readonly type: "ceiling" }
  | { readonly type: QuantityTerm["shape"]; readonly kind: QuantityKind }
  | { readonly type: "minimum-commit" };

/** An exact amount owed for one thing in one month; negative: a discount. */
export type Charge = {
  /** When it was used. On an invoice of a later month: it arrived after this month was closed. */
  readonly month: BillingMonth;
  readonly model: string;
  readonly price: PriceId;
  readonly subject: ChargeSubject;
  readonly amount: Money;
};

/** Usage is paid from the wallet as it happens; terms are settled when the month closes. */
export const isUsage = ({ subject }: Charge): boolean =>
  subject.type === "usage" || subject.type === "ceiling";

/** Two charges are for the same thing if and only if their keys are equal. Keys sort as invoices list their lines. */
export const chargeKey = ({ month, model, price, subject }: Charge): string => {
  const kind = "kind" in subject ? quantityKinds.indexOf(subject.kind) : 0;
  return [month, model, price, subjectOrder.indexOf(subject.type), kind].join(" ");
};

const subjectOrder: readonly ChargeSubject["type"][] = [
  "usage",
  "ceiling",
  "graduated",
  "volume",
  "package",
  "free-allowance",
  "minimum-commit",
];
