import { expect, test } from "vitest";
import { admit } from "../../../core/admission/admit.ts";
import type { Principal } from "../../../core/access/principal.ts";
import type { Model } from "../../../core/catalogue/model.ts";
import { leaseOf } from "../../../core/identifiers.ts";
import { type Money, picodollars, zero } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { memoryInference } from "../../support/memory-inference.ts";
import { present } from "../../support/present.ts";
import { findingOf, sampleModel, sampleNow, samplePrincipal, sampleChat } from "../../support/samples.ts";

const ports = (wallet?: Money) => memoryInference({ ...(wallet !== undefined && { wallet }) }).ports;
const admission = (caller: Principal, model: Model | undefined, request = sampleChat()) =>
  admit(ports(), caller, model ? findingOf(model) : { model, versions: [] }, request, sampleNow);

const { price: _, ...unpriced } = sampleModel;
const price = present(sampleModel.price);
const withoutOutputRate: Model = { ...sampleModel, price: { ...price, rates: { inputTokens: zero } } };
const withoutScope: Principal = { ...samplePrincipal, scopes: ["admin", "usage:read", "billing:read"] };
const forOthers: Principal = { ...samplePrincipal, models: ["other"] };
const withdrawn = {
  task: "embeddings" as const,
  deprecated: { at: sampleNow, sunset: sampleNow, successor: "other@2.0.0" },
};
const embeddings: Model = { ...sampleModel, task: "embeddings" };
const tooMuch = sampleChat({ outputTokens: sampleModel.limits.outputTokensMax + 1 });

// Each row also has the faults of the rows below it, so that the order is shown as well.
test.each<[string, Principal, Model | undefined, string, string | undefined]>([
  ["a key without the scope infer", { ...withoutScope, models: [] }, undefined, "scope_missing", undefined],
  ["a model that is not on the key's list", forOthers, undefined, "model_not_allowed", "model"],
  ["a model that does not exist", samplePrincipal, undefined, "model_not_found", "model"],
  ["a version after its sunset", samplePrincipal, { ...unpriced, ...withdrawn }, "model_sunset", "model"],
  ["a model of another task", samplePrincipal, { ...unpriced, task: "embeddings" }, "wrong_task", "model"],
  ["a model without a price", samplePrincipal, unpriced, "model_not_priced", "model"],
  ["a price that gives output away", samplePrincipal, withoutOutputRate, "model_not_priced", "model"],
  ["more output than the model has", samplePrincipal, sampleModel, "output_limit_exceeded", "max_tokens"],
])("%s is refused", async (_fault, caller, model, code, param) => {
  const { ok, ...rest } = await admission(caller, model, tooMuch);
  expect(ok).toBe(false);
  expect(rest).toMatchObject({ refusal: { code, ...(param && { param }) } });
});

test("a model of another task is refused also when it is priced", async () =>
  expect(await admission(samplePrincipal, embeddings)).toMatchObject({ refusal: { code: "wrong_task" } }));

test("a refused request takes no lease, no permit and no randomness", async () => {
  const untouched = () => {
    throw new Error("a refusal costs nothing");
  };
  const refused = await admit(
    {
      leases: { acquire: untouched, settle: untouched },
      rateLimiter: { take: untouched, giveBack: untouched },
      randomBytes: untouched,
      region: "eu-west-1",
    },
    samplePrincipal,
    findingOf(sampleModel),
    tooMuch,
    sampleNow,
  );
  expect(refused.ok).toBe(false);
});

test("a wallet that cannot pay for the worst case refuses the request, and says which purse is short", async () => {
  const refused = await admit(
    ports(picodollars(1n)),
    samplePrincipal,
    findingOf(sampleModel),
    sampleChat(),
    sampleNow,
  );
  expect(refused).toMatchObject({ ok: false, refusal: { code: "budget_exhausted" } });
});

test("a key's rate limit refuses before any money is set aside, and says when to come back", async () => {
  const limited: Principal = {
    ...samplePrincipal,
    limits: { ...samplePrincipal.limits, keyRate: { requests: 1 } },
  };
  const shared = ports();
  const admitOne = () => admit(shared, limited, findingOf(sampleModel), sampleChat(), sampleNow);
  expect(await admitOne()).toMatchObject({ ok: true, standings: [{ remaining: { requests: 0 } }] });
  expect(await admitOne()).toMatchObject({
    ok: false,
    refusal: { code: "rate_limited", retryAfterSeconds: 60 },
    standings: [{ remaining: { requests: 0 } }],
  });
});

test("exactly the model's ceiling is admitted", async () =>
  expect(await admission(samplePrincipal, sampleModel, sampleChat({ outputTokens: 1024 }))).toMatchObject({
    ok: true,
  }));

test("a free price is a price", async () => {
  const rates = { inputTokens: zero, outputTokens: zero };
  expect(await admission(samplePrincipal, { ...sampleModel, price: { ...price, rates } })).toMatchObject({
    ok: true,
    admitted: { hold: 0n },
  });
});

test("an admitted request has an id of its own under its lease, the price of now, and an end", async () => {
  const shared = ports();
  const admitOne = async () => {
    const admitted = await admit(shared, samplePrincipal, findingOf(sampleModel), sampleChat(), sampleNow);
    if (!admitted.ok) throw new Error(admitted.refusal.message);
    return admitted.admitted;
  };
  const [first, second] = [await admitOne(), await admitOne()];
  expect(first.request).not.toBe(second.request);
  expect(leaseOf(first.request)).toBe(first.lease);
  expect(leaseOf(second.request)).toBe(second.lease);
  expect(first.price).toBe(sampleModel.price);
  expect(first.deadline - first.admittedAt).toBe(sampleModel.limits.requestMsMax);
});

test("a version is served until its sunset, and refused from then on in favour of its successor", async () => {
  const deprecated = { at: sampleNow, sunset: epochMs(sampleNow + 1000), successor: "other@2.0.0" };
  const finding = findingOf({ ...sampleModel, deprecated });
  const at = async (now: number) => admit(ports(), samplePrincipal, finding, sampleChat(), epochMs(now));
  expect(await at(sampleNow + 999)).toMatchObject({ ok: true });
  expect(await at(sampleNow + 1000)).toMatchObject({
    refusal: { code: "model_sunset", message: expect.stringContaining("`other@2.0.0`") },
  });
});

test("who writes a version that there is not is told which there are", async () => {
  const finding = { model: undefined, versions: ["sample-chat@1", "sample-chat@2"] };
  const refused = await admit(
    ports(),
    samplePrincipal,
    finding,
    sampleChat({ model: "sample-chat@3" }),
    sampleNow,
  );
  expect(refused).toMatchObject({
    refusal: {
      code: "model_not_found",
      message: expect.stringMatching(/`sample-chat@1`, `sample-chat@2`, or `sample-chat`/),
    },
  });
});
