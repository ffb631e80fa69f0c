import type { Principal } from "../access/principal.ts";
import { rate } from "../billing/rate.ts";
import type { Model } from "../catalogue/model.ts";
import { type Price, missingRates } from "../catalogue/price.ts";
import { type LeaseId, type RandomBytes, type RequestId, newUlid, requestId } from "../identifiers.ts";
import { type ChatRequest, outputTokensFor } from "../inference/chat-request.ts";
import type { Refusal } from "../inference/refusal.ts";
import type { Money } from "../money.ts";
import { type EpochMs, after } from "../time.ts";
import type { Leases } from "./lease.ts";
import { worstCase } from "./worst-case.ts";

/** A request that may run: from here on exactly one usage event must follow. */
export type Admitted = {
  readonly request: RequestId;
  readonly lease: LeaseId;
  readonly caller: Principal;
  readonly model: Model;
  readonly price: Price;
  /** Worst-case cost. What is billed never exceeds it. */
  readonly hold: Money;
  readonly admittedAt: EpochMs;
  /** The answer ends by then, whatever happens. */
  readonly deadline: EpochMs;
};

export type Admission =
  | { readonly ok: true; readonly admitted: Admitted }
  | { readonly ok: false; readonly refusal: Refusal };

type AdmissionPorts = { readonly leases: Leases; readonly randomBytes: RandomBytes };

/** Decides whether a request may run and what it may cost at most: cheapest check first, so that a refusal costs nothing. */
export const admit = (
  { leases, randomBytes }: AdmissionPorts,
  caller: Principal,
  model: Model | undefined,
  request: ChatRequest,
  now: EpochMs,
): Admission => {
  if (!caller.scopes.includes("infer")) return refuse(scopeMissing);
  if (caller.models && !caller.models.includes(request.model)) return refuse(modelNotAllowed(request.model));
  if (!model) return refuse(modelNotFound(request.model));
  if (model.task !== "chat") return refuse(wrongTask(model));
  if (!model.price || missingRates(model.task, model.price.rates).length > 0)
    return refuse(modelNotPriced(model));
  const outputTokens = outputTokensFor(request, model.limits);
  if (outputTokens > model.limits.outputTokensMax) return refuse(outputLimitExceeded(model));

  const lease = leases.leaseFor(now);
  const admitted: Admitted = {
    request: requestId(lease, newUlid(now, randomBytes)),
    lease,
    caller,
    model,
    price: model.price,
    hold: rate(worstCase(request, model.limits), model.price),
    admittedAt: now,
    deadline: after(now, model.limits.requestMsMax),
  };
  return { ok: true, admitted };
};

const refuse = (refusal: Refusal): Admission => ({ ok: false, refusal });

const scopeMissing: Refusal = {
  code: "scope_missing",
  message: "This API key may not call models: it lacks the scope `infer`. Use a key issued for inference.",
};

const modelNotAllowed = (name: string): Refusal => ({
  code: "model_not_allowed",
  message: `This API key may not call the model \`${name}\`. GET /v1/models lists the models it may call.`,
  param: "model",
});

const modelNotFound = (name: string): Refusal => ({
  code: "model_not_found",
  message: `The model \`${name}\` does not exist. GET /v1/models lists the models there are.`,
  param: "model",
});

const wrongTask = (model: Model): Refusal => ({
  code: "wrong_task",
  message: `The model \`${model.name}\` does not chat: its task is ${model.task}.`,
  param: "model",
});

const modelNotPriced = (model: Model): Refusal => ({
  code: "model_not_priced",
  message: `The model \`${model.name}\` has no complete price yet and cannot be called.`,
  param: "model",
});

const outputLimitExceeded = ({ name, limits }: Model): Refusal => ({
  code: "output_limit_exceeded",
  message: `The model \`${name}\` answers with at most ${limits.outputTokensMax} tokens: lower \`max_tokens\`.`,
  param: "max_tokens",
});
