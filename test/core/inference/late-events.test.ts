import { describe, expect, test } from "vitest";
import { leaseRules, leaseTerms } from "../../../core/admission/lease-rules.ts";
import { crashed } from "../../../core/billing/usage-event.ts";
import { serveRequest } from "../../../core/inference/serve-request.ts";
import { add, picodollars, zero } from "../../../core/money.ts";
import { after } from "../../../core/time.ts";
import { memoryInference } from "../../support/memory-inference.ts";
import { present } from "../../support/present.ts";
import { sampleChat, sampleModel, sampleNow, samplePrincipal } from "../../support/samples.ts";
import { encode, tokens } from "../../support/sse.ts";

const answer = {
  id: "chatcmpl-1",
  choices: [{ index: 0, message: { content: "hi" } }],
  usage: tokens(12, 3),
};
const cost = 21_000_000n;
const { requestMsMax } = sampleModel.limits;

/** A model that takes so long; whatever else happens happens when it has answered. */
const worldWith = (tookMs: number, meanwhile: () => Promise<unknown> = async () => undefined) => {
  const world = memoryInference({
    // Every request is dear: it leaves progress.
    model: { ...sampleModel, price: { ...present(sampleModel.price), journalAbove: zero } },
    invoke: async () => {
      world.pass(tookMs);
      await meanwhile();
      return { ok: true, body: encode(JSON.stringify(answer)) };
    },
  });
  const ask = () => serveRequest(world.ports)(samplePrincipal, sampleChat());
  const spentByEvents = () => add(zero, ...world.usage.events().map((event) => event.cost));
  return { ...world, ask, spentByEvents };
};

test("an event is late when storing it might not be over by the fence: not a moment earlier, and before any lease of it is over", () => {
  const rules = leaseRules();
  const { settleMs, storeMsMax } = leaseTerms;
  const last = after(sampleNow, settleMs - storeMsMax);
  expect(rules.isLate(sampleNow, last)).toBe(false);
  expect(rules.isLate(sampleNow, after(last, 1))).toBe(true);
  const amount = picodollars(1n);
  const expiresAt = rules.expiresAt(amount, amount, sampleNow);
  expect(rules.isOver({ amount, expiresAt }, after(last, storeMsMax))).toBe(false);
});

describe("an event that comes too late", () => {
  const tooLateMs = requestMsMax + leaseTerms.settleMs;

  test("is recorded, absorbed and not billed; so says its answer; its lease is settled at nothing", async () => {
    const world = worldWith(tooLateMs);
    const served = await world.ask();
    expect(world.events).toMatchObject([
      { outcome: "completed", cost: 0n, waived: true, absorbed: cost, quantities: { outputTokens: 3 } },
    ]);
    expect(served.kind === "whole" && JSON.parse(served.body).usage.cost).toBe(0);
    await world.leases.retire();
    expect(await world.wallet()).toMatchObject({ spent: 0n, grants: new Map() });
  });

  test("has nothing to absorb where nothing would have been billed", async () => {
    const world = memoryInference({
      invoke: async () => {
        world.pass(tooLateMs);
        return { ok: false, failure: { reason: "timeout" } };
      },
    });
    await serveRequest(world.ports)(samplePrincipal, sampleChat());
    expect(world.events).toMatchObject([{ outcome: "failed", cost: 0n }]);
    expect(world.events[0]).not.toHaveProperty("absorbed");
  });

  test("a moment earlier it is billed as ever", async () => {
    const world = worldWith(requestMsMax);
    await world.ask();
    expect(world.events).toMatchObject([{ cost, waived: false }]);
    expect(world.events[0]).not.toHaveProperty("absorbed");
  });

  test("changes nothing where whoever closed the lease has settled the request as crashed", async () => {
    const world = worldWith(tooLateMs, () => world.closeAll());
    await world.ask();
    // Its own event is not among those that are stored.
    expect(world.events).toEqual([]);
    expect(world.usage.events()).toMatchObject([{ failure: crashed, cost: 0n }]);
    await world.leases.retire();
    expect(await world.wallet()).toMatchObject({ spent: 0n, grants: new Map() });
  });

  test("settles the lease at what is on record, so that its holder and others close it at the same", async () => {
    const checkpoint = picodollars(5_000_000n);
    const world = worldWith(tooLateMs, async () => {
      // A closer has stored the event of a later checkpoint, and its write to the cell is still on its way.
      const [lease] = (await world.wallet()).grants.keys();
      const { unsettled } = await world.usage.recordOf(present(lease));
      for (const event of unsettled) await world.usage.put({ ...event, cost: checkpoint, waived: false });
    });
    await world.ask();
    await world.leases.retire();
    expect(await world.wallet()).toMatchObject({ spent: checkpoint, grants: new Map() });
    expect(world.spentByEvents()).toBe(checkpoint);
  });
});

describe("where it is not known whether an event was stored", () => {
  test.each([true, false])(
    "the lease is closed by the events, not by memory (it was: %s)",
    async (wasStored) => {
      const world = worldWith(1);
      const ports = {
        ...world.ports,
        usageEvents: {
          record: async (event: Parameters<typeof world.usage.put>[0]) => {
            if (wasStored) await world.usage.put(event);
            return undefined;
          },
        },
      };
      await serveRequest(ports)(samplePrincipal, sampleChat());
      await world.leases.retire();
      expect((await world.wallet()).grants.size).toBe(1);
      expect(await world.closeAll()).toBe(true);
      expect((await world.wallet()).spent).toBe(wasStored ? cost : 0n);
      expect(world.spentByEvents()).toBe(wasStored ? cost : 0n);
    },
  );
});
