import type { Admitted } from "../admission/admit.ts";
import type { Quantities } from "../billing/quantities.ts";
import { rate } from "../billing/rate.ts";
import type { Outcome, QuantitySource, UsageEvent } from "../billing/usage-event.ts";
import { type AbortPolicy, type PricePolicies, abortPolicyOf, failurePolicyOf } from "../catalogue/price.ts";
import { type Money, smaller, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";

/** What became of an admitted request, and what it consumed. */
export type Ending = {
  readonly outcome: Outcome;
  readonly failure?: string;
  readonly quantities: Quantities;
  readonly source: QuantitySource;
  readonly streamed: boolean;
  readonly firstByteAt?: EpochMs;
};

/**
 * The price in force at admission, capped by the hold; nothing for an answer that delivered nothing, or that was not
 * answered to its end where the price's policy says so.
 */
export const costOf = (
  { price, hold }: Pick<Admitted, "price" | "hold">,
  { outcome, quantities }: Ending,
): { readonly cost: Money; readonly waived: boolean; readonly policy?: AbortPolicy } => {
  const cost = smaller(rate(quantities, price), hold);
  if (outcome === "completed") return { cost, waived: false };
  const policy = policyFor[outcome](price);
  const waived = policy === "waive" || (quantities.outputTokens ?? 0) === 0;
  return { cost: waived ? zero : cost, waived, policy };
};

const policyFor = {
  aborted: abortPolicyOf,
  failed: failurePolicyOf,
} as const satisfies Record<Exclude<Outcome, "completed">, (price: PricePolicies) => AbortPolicy>;

/** The event that says so. */
export const usageEventOf = (
  admitted: Admitted,
  ending: Ending,
  region: string,
  now: EpochMs,
): UsageEvent => {
  const { caller, model } = admitted;
  return {
    request: admitted.request,
    lease: admitted.lease,
    customer: caller.customer,
    ...(caller.project && { project: caller.project }),
    key: caller.key,
    mode: caller.mode,
    model: model.name,
    modelVersion: model.version,
    ...(model.artifactDigest && { artifactDigest: model.artifactDigest }),
    task: model.task,
    region,
    streamed: ending.streamed,
    price: admitted.price.id,
    quantities: ending.quantities,
    source: ending.source,
    hold: admitted.hold,
    ...costOf(admitted, ending),
    outcome: ending.outcome,
    ...(ending.failure !== undefined && { failure: ending.failure }),
    admittedAt: admitted.admittedAt,
    ...(ending.firstByteAt !== undefined && { firstByteAt: ending.firstByteAt }),
    endedAt: now,
  };
};
