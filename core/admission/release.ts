import { type Quantities, tokensIn } from "../billing/quantities.ts";
import type { Money } from "../money.ts";
import type { EpochMs } from "../time.ts";
import type { Admitted, AdmissionPorts } from "./admit.ts";

/** How a request ended. `cost`: what its event on record says; absent where it is not known what is on record. */
type Ended = { readonly cost?: Money; readonly quantities: Quantities; readonly endedAt: EpochMs };

/**
 * Ends an admission, once its usage event is durable: the hold is given up for the cost, and unused tokens are free again.
 * Without a known cost the hold stays where it is: this process then never closes the lease by its own count, and whoever
 * closes it when it is over reads the events. Resolves when nothing of it is left to do in this invocation; never rejects
 * for storage.
 */
export const release = async (
  { leases, rateLimiter }: Pick<AdmissionPorts, "leases" | "rateLimiter">,
  { lease, hold, tokensMax, rateSubjects }: Admitted,
  { cost, quantities, endedAt }: Ended,
): Promise<void> => {
  const settled = cost === undefined ? undefined : leases.settle(lease, hold, cost);
  rateLimiter.giveBack(rateSubjects, tokensMax, Math.min(tokensMax, tokensIn(quantities)), endedAt);
  await settled;
};
