import type { Principal } from "../access/principal.ts";
import { tokensIn } from "../billing/quantities.ts";
import { rate } from "../billing/rate.ts";
import { type Deprecation, hasSunset } from "../catalogue/deprecation.ts";
import type { ModelFinding } from "../catalogue/find-model.ts";
import type { Model } from "../catalogue/model.ts";
import { mayCall, nameIn, pinOf } from "../catalogue/model-name.ts";
import { type Price, missingRates } from "../catalogue/price.ts";
import { type LeaseId, type RandomBytes, type RequestId, newUlid, requestId } from "../identifiers.ts";
import type { Refusal } from "../inference/refusal.ts";
import { routeOf } from "../inference/route-of-task.ts";
import type { InferenceRequest } from "../inference/tasks/inference-request.ts";
import type { Money } from "../money.ts";
import { type EpochMs, after } from "../time.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { RateLimiter, RateStanding } from "./rate-limiter.ts";
import type { RateSubject } from "./rate-window.ts";
import { pursesOf } from "./spending-limits.ts";

/** A request that may run: from here on exactly one usage event must follow, and then `release`. */
export type Admitted = {
  readonly request: RequestId;
  readonly lease: LeaseId;
  readonly caller: Principal;
  readonly model: Model;
  readonly price: Price;
  /** Worst-case cost, set aside in every purse. What is billed never exceeds it. */
  readonly hold: Money;
  /** Worst-case tokens, counted against these rate limits until it is known how many there were. */
  readonly tokensMax: number;
  readonly rateSubjects: readonly RateSubject[];
  readonly admittedAt: EpochMs;
  /** The answer ends by then, whatever happens. */
  readonly deadline: EpochMs;
};

export type Admission = (
  | { readonly ok: true; readonly admitted: Admitted }
  | { readonly ok: false; readonly refusal: Refusal }
) & {
  /** Where the caller's rate limits stand; empty where none was asked. */
  readonly standings: readonly RateStanding[];
};

export type AdmissionPorts = {
  readonly leases: Pick<LeaseHolder, "acquire" | "settle">;
  readonly rateLimiter: RateLimiter;
  readonly randomBytes: RandomBytes;
  /** Where this process runs: money and rates are kept per region. */
  readonly region: string;
};

/** Decides whether a request may run and what it may cost at most: cheapest check first, so that a refusal costs nothing. */
export const admit = async (
  ports: AdmissionPorts,
  caller: Principal,
  { model, versions }: ModelFinding,
  request: InferenceRequest,
  now: EpochMs,
): Promise<Admission> => {
  if (!caller.scopes.includes("infer")) return refuse(scopeMissing);
  if (!mayCall(caller.models, request.model, model)) return refuse(modelNotAllowed(request.model));
  if (!model) return refuse(modelNotFound(request.model, versions));
  if (hasSunset(model.deprecated, now)) return refuse(modelSunset(model, model.deprecated));
  if (!request.tasks.includes(model.task)) return refuse(wrongTask(model));
  if (!model.price || missingRates(model.task, model.price.rates).length > 0)
    return refuse(modelNotPriced(model));
  const beyondLimits = request.refuse?.(model);
  if (beyondLimits) return refuse(beyondLimits);

  const most = request.worstCase(model);
  const tokensMax = tokensIn(most);
  const rateSubjects = rateSubjectsOf(caller);
  const rated = await ports.rateLimiter.take(rateSubjects, tokensMax, now);
  if (!rated.ok) return refuse(rated.refusal, rated.standings);

  const hold = rate(most, model.price);
  const deadline = after(now, model.limits.requestMsMax);
  const purses = pursesOf(caller.customer, caller.limits, ports.region, now);
  const acquired = await ports.leases.acquire(purses, hold, deadline, now);
  if (!acquired.ok) {
    // The request counts, so that a customer without money is slowed down too; its tokens are not used.
    ports.rateLimiter.giveBack(rateSubjects, tokensMax, 0, now);
    return refuse(acquired.refusal, rated.standings);
  }

  const { lease } = acquired;
  const admitted: Admitted = {
    request: requestId(lease, newUlid(now, ports.randomBytes)),
    lease,
    caller,
    model,
    price: model.price,
    hold,
    tokensMax,
    rateSubjects,
    admittedAt: now,
    deadline,
  };
  return { ok: true, admitted, standings: rated.standings };
};

const refuse = (refusal: Refusal, standings: readonly RateStanding[] = []): Admission => ({
  ok: false,
  refusal,
  standings,
});

const rateSubjectsOf = ({ customer, key, limits }: Principal): readonly RateSubject[] => [
  ...(limits.customerRate ? [{ id: customer, limit: limits.customerRate }] : []),
  ...(limits.keyRate ? [{ id: key, limit: limits.keyRate }] : []),
];

const scopeMissing: Refusal = {
  code: "scope_missing",
  message: "This API key may not call models: it lacks the scope `infer`. Use a key issued for inference.",
};

const modelNotAllowed = (name: string): Refusal => ({
  code: "model_not_allowed",
  message: `This API key may not call the model \`${name}\`. GET /v1/models lists the models it may call.`,
  param: "model",
});

const modelNotFound = (written: string, versions: readonly string[]): Refusal => ({
  code: "model_not_found",
  message:
    versions.length > 0
      ? `The model \`${nameIn(written)}\` has no such version. Call ${versions.map((pin) => `\`${pin}\``).join(", ")}, or \`${nameIn(written)}\` for the current one.`
      : `The model \`${written}\` does not exist. GET /v1/models lists the models there are.`,
  param: "model",
});

const modelSunset = (model: Model, { successor }: Deprecation): Refusal => ({
  code: "model_sunset",
  message: `The model \`${pinOf(model)}\` has been withdrawn. Call \`${successor}\` instead.`,
  param: "model",
});

const wrongTask = (model: Model): Refusal => ({
  code: "wrong_task",
  message: `The model \`${model.name}\` is for ${model.task}: call it with ${routeOf(model)}.`,
  param: "model",
});

const modelNotPriced = (model: Model): Refusal => ({
  code: "model_not_priced",
  message: `The model \`${model.name}\` has no complete price yet and cannot be called. GET /v1/models lists those that can.`,
  param: "model",
});
