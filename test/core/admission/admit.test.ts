import { expect, test } from "vitest";
import { admit } from "../../../core/admission/admit.ts";
import { openLeases } from "../../../core/admission/lease.ts";
import type { Principal } from "../../../core/access/principal.ts";
import type { Model } from "../../../core/catalogue/model.ts";
import { leaseOf } from "../../../core/identifiers.ts";
import { zero } from "../../../core/money.ts";
import { present } from "../../support/present.ts";
import {
  countingBytes,
  sampleModel,
  sampleNow,
  samplePrincipal,
  sampleRequest,
} from "../../support/samples.ts";

const ports = () => ({ leases: openLeases(countingBytes()), randomBytes: countingBytes() });
const admission = (caller: Principal, model: Model | undefined, request = sampleRequest()) =>
  admit(ports(), caller, model, request, sampleNow);

const { price: _, ...unpriced } = sampleModel;
const price = present(sampleModel.price);
const withoutOutputRate: Model = { ...sampleModel, price: { ...price, rates: { inputTokens: zero } } };
const withoutScope: Principal = { ...samplePrincipal, scopes: ["admin", "usage:read", "billing:read"] };
const forOthers: Principal = { ...samplePrincipal, models: ["other"] };
const embeddings: Model = { ...sampleModel, task: "embeddings" };
const tooMuch = sampleRequest({ outputTokens: sampleModel.limits.outputTokensMax + 1 });

// Each row also has the faults of the rows below it, so that the order is shown as well.
test.each<[string, Principal, Model | undefined, string, string | undefined]>([
  ["a key without the scope infer", { ...withoutScope, models: [] }, undefined, "scope_missing", undefined],
  ["a model that is not on the key's list", forOthers, undefined, "model_not_allowed", "model"],
  ["a model that does not exist", samplePrincipal, undefined, "model_not_found", "model"],
  ["a model of another task", samplePrincipal, { ...unpriced, task: "embeddings" }, "wrong_task", "model"],
  ["a model without a price", samplePrincipal, unpriced, "model_not_priced", "model"],
  ["a price that gives output away", samplePrincipal, withoutOutputRate, "model_not_priced", "model"],
  ["more output than the model has", samplePrincipal, sampleModel, "output_limit_exceeded", "max_tokens"],
])("%s is refused", (_fault, caller, model, code, param) => {
  const { ok, ...rest } = admission(caller, model, tooMuch);
  expect(ok).toBe(false);
  expect(rest).toMatchObject({ refusal: { code, ...(param && { param }) } });
});

test("a model of another task is refused also when it is priced", () =>
  expect(admission(samplePrincipal, embeddings)).toMatchObject({ refusal: { code: "wrong_task" } }));

test("a refused request takes no lease and no randomness", () => {
  const untouched = () => {
    throw new Error("a refusal costs nothing");
  };
  const refused = admit(
    { leases: { leaseFor: untouched }, randomBytes: untouched },
    samplePrincipal,
    sampleModel,
    tooMuch,
    sampleNow,
  );
  expect(refused.ok).toBe(false);
});

test("exactly the model's ceiling is admitted", () =>
  expect(admission(samplePrincipal, sampleModel, sampleRequest({ outputTokens: 1024 })).ok).toBe(true));

test("a free price is a price", () => {
  const rates = { inputTokens: zero, outputTokens: zero };
  expect(admission(samplePrincipal, { ...sampleModel, price: { ...price, rates } })).toMatchObject({
    ok: true,
    admitted: { hold: 0n },
  });
});

test("an admitted request has an id of its own under its lease, the price of now, and an end", () => {
  const shared = ports();
  const admitOne = () => {
    const admitted = admit(shared, samplePrincipal, sampleModel, sampleRequest(), sampleNow);
    if (!admitted.ok) throw new Error(admitted.refusal.message);
    return admitted.admitted;
  };
  const [first, second] = [admitOne(), admitOne()];
  expect(first.request).not.toBe(second.request);
  expect(leaseOf(first.request)).toBe(first.lease);
  expect(second.lease).toBe(first.lease);
  expect(first.price).toBe(sampleModel.price);
  expect(first.deadline - first.admittedAt).toBe(sampleModel.limits.requestMsMax);
});
