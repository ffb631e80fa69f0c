import type { KeyMode } from "../access/key-format.ts";
import type { AbortPolicy } from "../catalogue/price.ts";
import type { Task } from "../catalogue/task.ts";
import type { BatchId, CustomerId, KeyId, LeaseId, PriceId, ProjectId, RequestId } from "../identifiers.ts";
import type { Money } from "../money.ts";
import type { EpochMs } from "../time.ts";
import type { Quantities } from "./quantities.ts";

/** How an admitted request ended: answered, left by its client, or failed by its model. */
export const outcomes = ["completed", "aborted", "failed"] as const;
export type Outcome = (typeof outcomes)[number];

/** Where the quantities come from: the model said so, we counted what it delivered, or we estimated from its size. */
export const quantitySources = ["reported", "counted", "estimated"] as const;
export type QuantitySource = (typeof quantitySources)[number];

/**
 * The record of one admitted request: written once, never changed. Everything an invoice line says is recomputed
 * from these. Holds no content.
 */
export type UsageEvent = {
  readonly request: RequestId;
  readonly lease: LeaseId;
  readonly customer: CustomerId;
  readonly project?: ProjectId;
  readonly key: KeyId;
  readonly mode: KeyMode;
  readonly model: string;
  readonly modelVersion: string;
  readonly artifactDigest?: string;
  readonly task: Task;
  /** Where it was served. */
  readonly region: string;
  readonly streamed: boolean;
  readonly price: PriceId;
  readonly quantities: Quantities;
  readonly source: QuantitySource;
  /** The most the request could cost, fixed at admission. */
  readonly hold: Money;
  /** What is billed: `min(rate(quantities, price), hold)`, or zero where `waived`. */
  readonly cost: Money;
  /** Nothing is billed, whatever the quantities say: nothing was delivered, the policy says so, or it was absorbed. */
  readonly waived: boolean;
  /** Only where it came too late to be billed, its lease being over: what it would have cost. The platform bears it. */
  readonly absorbed?: Money;
  readonly outcome: Outcome;
  /** The price's rule for this outcome, of those for aborted or failed requests. Absent: it was answered to its end. */
  readonly policy?: AbortPolicy;
  /** Why it failed; absent otherwise. */
  readonly failure?: string;
  /** Only for a line of a batch: which batch. Its price is then the one of batches. */
  readonly batch?: BatchId;
  readonly admittedAt: EpochMs;
  /** When the first byte of the answer was there; absent if it never was. */
  readonly firstByteAt?: EpochMs;
  readonly endedAt: EpochMs;
};

/** The `failure` of a request whose process died: what it delivered after its last sign of life is not known, and not billed. */
export const crashed = "crashed";

/** The `failure` of a line of a batch that was answered twice at once: the other answer is delivered and billed, this one neither. */
export const superseded = "superseded";
