import type { Admitted } from "../admission/admit.ts";
import { release } from "../admission/release.ts";
import type { UsageEvent } from "../billing/usage-event.ts";
import { type Money, zero } from "../money.ts";
import { type Ending, usageEventOf } from "./ending.ts";
import type { InferencePorts } from "./ports.ts";
import type { RenderedAnswer } from "./tasks/inference-request.ts";

/**
 * Writes the one usage event of an admitted request, then ends its admission. Resolves with the event that is on record.
 * `render`: the answer, for those who keep it with its event.
 *
 * Event and settlement never disagree, also where this process is the last to know that it counts as dead. Whoever closed
 * the lease in the meantime has stored an event for a request that left a progress record; that one stands, whatever this
 * process would have said, and the lease is settled at its cost. In memory this is done too late to matter, but not in
 * vain: had the lease not been closed yet, its holder would close it at the sum that everybody else comes to. And where it
 * is not known what is on record, nothing is settled: the lease stays undrained, so that it is closed by the events.
 */
export const meter = async (
  ports: Pick<InferencePorts, "clock" | "region" | "usageEvents" | "leases" | "rateLimiter" | "rules">,
  admitted: Admitted,
  ending: Ending,
  render?: (cost: Money, admitted: Admitted) => RenderedAnswer,
): Promise<UsageEvent> => {
  const now = ports.clock.now();
  const event = usageEventOf(admitted, ending, ports.region, now);
  const sent = ports.rules.isLate(admitted.deadline, now) ? absorb(event) : event;
  const recorded = await ports.usageEvents.record(sent, render && (() => render(sent.cost, admitted)));
  await release(ports, admitted, {
    quantities: sent.quantities,
    endedAt: sent.endedAt,
    ...(recorded && { cost: recorded.cost }),
  });
  return recorded ?? sent;
};

/** Too late to be billed: its lease may be closed, and what it was closed at is final. The platform bears what it cost. */
export const absorb = (event: UsageEvent): UsageEvent =>
  event.cost === zero ? event : { ...event, cost: zero, waived: true, absorbed: event.cost };
