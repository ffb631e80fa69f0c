import type { Admitted } from "../admission/admit.ts";
import { release } from "../admission/release.ts";
import type { Quantities } from "../billing/quantities.ts";
import { rate } from "../billing/rate.ts";
import type { Outcome, QuantitySource, UsageEvent } from "../billing/usage-event.ts";
import { type Money, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import type { InferencePorts } from "./ports.ts";

/** What became of an admitted request, and what it consumed. */
export type Ending = {
  readonly outcome: Outcome;
  readonly failure?: string;
  readonly quantities: Quantities;
  readonly source: QuantitySource;
  readonly streamed: boolean;
  readonly firstByteAt?: EpochMs;
};

/** Writes the one usage event of an admitted request, then ends its admission. */
export const meter = async (
  ports: Pick<InferencePorts, "clock" | "region" | "usageEvents" | "leases" | "rateLimiter">,
  admitted: Admitted,
  ending: Ending,
): Promise<void> => {
  const event = usageEventOf(admitted, ending, ports.region, ports.clock.now());
  await ports.usageEvents.record(event);
  await release(ports, admitted, event);
};

/** The price in force at admission, capped by the hold; nothing for an answer that delivered nothing. */
export const costOf = (
  admitted: Admitted,
  ending: Ending,
): { readonly cost: Money; readonly waived: boolean } => {
  const waived = ending.outcome !== "completed" && (ending.quantities.outputTokens ?? 0) === 0;
  if (waived) return { cost: zero, waived };
  const rated = rate(ending.quantities, admitted.price);
  return { cost: rated < admitted.hold ? rated : admitted.hold, waived };
};

const usageEventOf = (admitted: Admitted, ending: Ending, region: string, now: EpochMs): UsageEvent => {
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
