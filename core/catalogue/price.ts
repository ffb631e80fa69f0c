import type { QuantityKind } from "../billing/quantities.ts";
import type { PriceId } from "../identifiers.ts";
import { type Money, picodollars } from "../money.ts";
import type { Task } from "./task.ts";

/**
 * An immutable version of a model's list price: an amount per unit of each kind. This is what a request is admitted,
 * held and billed at; terms that look at a whole month (tiers, allowances) are settled on the invoice.
 */
export type Price = PricePolicies & {
  readonly id: PriceId;
  readonly rates: Readonly<Partial<Record<QuantityKind, Money>>>;
};

/**
 * What becomes of a stream whose client leaves: the model is stopped and what it has generated is billed; or it is read to
 * its end, the deadline at the latest, and billed as if the client had stayed; or it is stopped and nothing is billed.
 */
export const abortPolicies = ["bill-delivered", "drain", "waive"] as const;
export type AbortPolicy = (typeof abortPolicies)[number];

/** What a model that fails midway earns: what it has delivered, or nothing. */
export const failurePolicies = ["bill-delivered", "waive"] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

export type PricePolicies = {
  /** Absent: `bill-delivered`. */
  readonly onAbort?: AbortPolicy;
  /** Absent: `bill-delivered`. */
  readonly onFailure?: FailurePolicy;
  /** A request that may cost more than this leaves a progress record before its model starts. Absent: 5 cents. */
  readonly journalAbove?: Money;
};

export const abortPolicyOf = ({ onAbort = "bill-delivered" }: PricePolicies): AbortPolicy => onAbort;

export const failurePolicyOf = ({ onFailure = "bill-delivered" }: PricePolicies): FailurePolicy => onFailure;

/** A record costs a write, as much as a request's usage event: this is thousands of times as dear. */
const journalAboveDefault = picodollars(50_000_000_000n);

/** Whether a request that may cost `hold` is dear enough to leave a progress record before its model starts. */
export const isDear = ({ journalAbove = journalAboveDefault }: PricePolicies, hold: Money): boolean =>
  hold > journalAbove;

/**
 * The kinds that a model of this task cannot be sold without: their absence would give work away. Of kinds that stand
 * together, one is enough.
 */
export const ratesRequired = {
  chat: [["inputTokens"], ["outputTokens"]],
  completion: [["inputTokens"], ["outputTokens"]],
  embeddings: [["inputTokens"]],
  transcription: [["audioSeconds"]],
  "image-generation": [["images"]],
  "image-classification": [["images"]],
  moderation: [["inputTokens", "characters", "requests"]],
  recommendation: [["requests"]],
  prediction: [["requests"]],
} as const satisfies Record<Task, readonly (readonly QuantityKind[])[]>;

export const missingRates = (task: Task, rates: Price["rates"]): readonly (readonly QuantityKind[])[] =>
  ratesRequired[task].filter((kinds) => kinds.every((kind) => rates[kind] === undefined));
