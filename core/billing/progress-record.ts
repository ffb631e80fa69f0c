import type { Money } from "../money.ts";
import type { EpochMs } from "../time.ts";
import type { UsageEvent } from "./usage-event.ts";

/**
 * How far a request has come that is still running: written for dear and for long ones, so that a crash of ours is settled
 * by the last of them. Once the request has a usage event, its progress means nothing.
 */
export type ProgressRecord = Omit<
  UsageEvent,
  "cost" | "waived" | "absorbed" | "outcome" | "failure" | "endedAt"
> & {
  /** `quantities` are what had been delivered by then. */
  readonly checkpointAt: EpochMs;
  /** What is billed if nothing more is ever heard of the request. */
  readonly costSoFar: Money;
};
