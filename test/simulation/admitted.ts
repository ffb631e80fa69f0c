import type { Admitted } from "../../core/admission/admit.ts";
import type { LeaseId } from "../../core/identifiers.ts";
import { type RandomBytes, newUlid, priceId, requestId } from "../../core/identifiers.ts";
import type { Delivered } from "../../core/inference/progress.ts";
import { picodollars } from "../../core/money.ts";
import type { EpochMs } from "../../core/time.ts";
import { sampleModel, samplePrincipal, sampleUlid } from "../support/samples.ts";
import { type SimulatedRequest, journalAbove } from "./workload.ts";

/** An output token costs a picodollar, so that a request can cost anything. */
const price = {
  id: priceId(sampleUlid("PRC")),
  rates: { inputTokens: picodollars(0n), outputTokens: picodollars(1n) },
  journalAbove,
};

/** A simulated request as the flow knows it once it is admitted. */
export const admittedUnder = (
  lease: LeaseId,
  { hold }: SimulatedRequest,
  admittedAt: EpochMs,
  deadline: EpochMs,
  randomBytes: RandomBytes,
): Admitted => ({
  request: requestId(lease, newUlid(admittedAt, randomBytes)),
  lease,
  caller: samplePrincipal,
  model: { ...sampleModel, price },
  price,
  hold,
  tokensMax: 0,
  rateSubjects: [],
  admittedAt,
  deadline,
});

/** What it has delivered when `share` of its time has passed. */
export const deliveredBy = ({ cost }: SimulatedRequest, share: number): Delivered => ({
  quantities: { outputTokens: Math.floor(Number(cost) * share) },
  source: "counted",
  streamed: true,
});
