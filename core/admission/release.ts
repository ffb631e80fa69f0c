import { tokensIn } from "../billing/quantities.ts";
import type { UsageEvent } from "../billing/usage-event.ts";
import type { Admitted, AdmissionPorts } from "./admit.ts";

/**
 * Ends an admission, once its usage event is durable: the hold is given up for the cost, and unused tokens are free again.
 * Resolves when nothing of it is left to do in this invocation; never rejects for storage.
 */
export const release = async (
  { leases, rateLimiter }: Pick<AdmissionPorts, "leases" | "rateLimiter">,
  { lease, hold, tokensMax, rateSubjects }: Admitted,
  { cost, quantities, endedAt }: UsageEvent,
): Promise<void> => {
  const settled = leases.settle(lease, hold, cost);
  rateLimiter.giveBack(rateSubjects, tokensMax, Math.min(tokensMax, tokensIn(quantities)), endedAt);
  await settled;
};
