import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcomes } from "../../../core/billing/usage-event.ts";
import { rate } from "../../../core/billing/rate.ts";
import { abortPolicies, failurePolicies } from "../../../core/catalogue/price.ts";
import { costOf } from "../../../core/inference/ending.ts";
import { picodollars } from "../../../core/money.ts";
import { present } from "../../support/present.ts";
import { sampleModel } from "../../support/samples.ts";
import { encode, event } from "../../support/sse.ts";
import { startStream as start, readStream as readAll, texts, whole } from "../../support/streamed-request.ts";

const price = present(sampleModel.price);

describe("a client that hangs up after the first chunk", () => {
  const leave = async (...[items, policies]: [Parameters<typeof start>[0], object]) => {
    const answer = await start(items, {}, { policies });
    await answer.body.next();
    await answer.body.return();
    await answer.close();
    return answer;
  };

  test("bill-delivered, the default: the model is stopped, and what it delivered is billed", async () => {
    for (const policies of [{}, { onAbort: "bill-delivered" }]) {
      const { events, state } = await leave(whole, policies);
      expect(state.stopped).toBeGreaterThan(0);
      expect(events).toMatchObject([
        { outcome: "aborted", policy: "bill-delivered", waived: false, quantities: { outputTokens: 1 } },
      ]);
    }
  });

  test("drain: the model is read to its end, and all of it is billed", async () => {
    const { events, state } = await leave(whole, { onAbort: "drain" });
    expect(events).toMatchObject([
      {
        outcome: "aborted",
        policy: "drain",
        waived: false,
        source: "reported",
        quantities: { inputTokens: 12, outputTokens: 3 },
        cost: 21_000_000n,
      },
    ]);
    expect(events).toHaveLength(1);
    expect(state.ended).toBe(true);
  });

  test("drain, and the deadline comes first: what was generated until then is billed", async () => {
    const items = [...texts.map(encode), { reason: "timeout" } as const];
    const { events } = await leave(items, { onAbort: "drain", onFailure: "waive" });
    expect(events).toMatchObject([
      { outcome: "aborted", policy: "drain", waived: false, quantities: { outputTokens: 3 } },
    ]);
    expect(events[0]).not.toHaveProperty("failure");
  });

  test.each(failurePolicies)(
    "drain, and the model fails: billed as if the client had stayed (%s)",
    async (onFailure) => {
      const { events } = await leave([...texts, event({ error: {} })].map(encode), {
        onAbort: "drain",
        onFailure,
      });
      expect(events).toMatchObject([
        { outcome: "failed", failure: "model_error", policy: onFailure, waived: onFailure === "waive" },
      ]);
    },
  );

  test("waive: the model is stopped, and nothing is billed of what the event counts", async () => {
    const { events, state } = await leave(whole, { onAbort: "waive" });
    expect(state.stopped).toBeGreaterThan(0);
    expect(events).toMatchObject([
      { outcome: "aborted", policy: "waive", cost: 0n, waived: true, quantities: { outputTokens: 1 } },
    ]);
  });

  test("drain, while the model is silent: it is waited for, also by a read that was under way", async () => {
    const answer = await start(whole, {}, { policies: { onAbort: "drain" } });
    await answer.body.next();
    const reading = answer.body.next();
    await answer.close();
    expect(await reading).toMatchObject({ done: true });
    expect(answer.events).toMatchObject([{ outcome: "aborted", quantities: { outputTokens: 3 } }]);
    expect(answer.events).toHaveLength(1);
  });

  test("drain, before the first read: read to its end all the same", async () => {
    const answer = await start(whole, {}, { policies: { onAbort: "drain" } });
    await Promise.all([answer.close(), answer.close()]);
    expect(answer.events).toMatchObject([{ outcome: "aborted", policy: "drain", cost: 21_000_000n }]);
    expect(answer.events).toHaveLength(1);
  });
});

test("a client that stays is billed what it got, whatever the policies say", async () => {
  const answer = await start(whole, {}, { policies: { onAbort: "waive", onFailure: "waive" } });
  await readAll(answer);
  expect(answer.events).toMatchObject([{ outcome: "completed", waived: false, cost: 21_000_000n }]);
  expect(answer.events[0]).not.toHaveProperty("policy");
});

test.each(failurePolicies)("a model that fails midway follows the price: %s", async (onFailure) => {
  const answer = await start([...texts.map(encode), { reason: "broken" }], {}, { policies: { onFailure } });
  expect((await readAll(answer)).refusals).toEqual(["model_error"]);
  expect(answer.events).toMatchObject([
    { outcome: "failed", policy: onFailure, waived: onFailure === "waive", quantities: { outputTokens: 3 } },
  ]);
  expect(present(answer.events[0]).cost > 0n).toBe(onFailure === "bill-delivered");
});

test("whatever is delivered, a cost is what the rates say, within the hold, and zero exactly where it is waived or worth nothing", () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...outcomes),
      fc.constantFrom(...abortPolicies),
      fc.constantFrom(...failurePolicies),
      fc.record({ inputTokens: fc.nat(1000), outputTokens: fc.nat(1000), requests: fc.constant(1) }),
      fc.bigInt(0n, 10n ** 10n).map(picodollars),
      (outcome, onAbort, onFailure, quantities, hold) => {
        const admitted = { price: { ...price, onAbort, onFailure }, hold };
        const ending = { outcome, quantities, source: "reported", streamed: true } as const;
        const { cost, waived, policy } = costOf(admitted, ending);
        const rated = rate(quantities, price);
        expect(policy).toBe({ completed: undefined, aborted: onAbort, failed: onFailure }[outcome]);
        expect(cost).toBe(waived ? 0n : rated < hold ? rated : hold);
        expect(waived).toBe(outcome !== "completed" && (policy === "waive" || quantities.outputTokens === 0));
      },
    ),
  ));
