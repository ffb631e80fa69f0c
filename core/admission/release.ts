import { tokensIn } from "../billing/quantities.ts";
import type { UsageEvent } from "../billing/usage-event.ts";
import type { Admitted, AdmissionPorts } from "./admit.ts";

/** Ends an admission, once its usage event is durable: the hold is given up for the cost, and unused tokens are free again. */
export const release = (
  { leases, rateLimiter }: Pick<AdmissionPorts, "leases" | "rateLimiter">,
  { lease, hold, tokensMax, rateSubjects }: Admitted,
  { cost, quantities, endedAt }: UsageEvent,
): void => {
  leases.settle(lease, hold, cost);
  rateLimiter.giveBack(rateSubjects, tokensMax, Math.min(tokensMax, tokensIn(quantities)), endedAt);
};
