import type { QuantityKind } from "../billing/quantities.ts";
import type { PriceId } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { Task } from "./task.ts";

/**
 * An immutable version of a model's list price: an amount per unit of each kind. This is what a request is admitted,
 * held and billed at; terms that look at a whole month (tiers, allowances) are settled on the invoice.
 */
export type Price = {
  readonly id: PriceId;
  readonly rates: Readonly<Partial<Record<QuantityKind, Money>>>;
};

/** The kinds that a model of this task cannot be sold without: their absence would give work away. */
export const ratesRequired = {
  chat: ["inputTokens", "outputTokens"],
  embeddings: ["inputTokens"],
  "image-classification": ["images"],
} as const satisfies Record<Task, readonly QuantityKind[]>;

export const missingRates = (task: Task, rates: Price["rates"]): readonly QuantityKind[] =>
  ratesRequired[task].filter((kind) => rates[kind] === undefined);
