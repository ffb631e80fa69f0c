import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closeExpired } from "../../../core/admission/close-expired.ts";
import type { Acquisition, LeaseHolder } from "../../../core/admission/lease-holder.ts";
import { leaseRules } from "../../../core/admission/lease-rules.ts";
import { type Purse, budgetPurseId } from "../../../core/admission/purse.ts";
import { keyId, newUlid, requestId } from "../../../core/identifiers.ts";
import { type EpochMs, after } from "../../../core/time.ts";
import { seededRandom } from "../../simulation/random.ts";
import { type AdmissionWorld, admissionWorld, minuteFrom, money } from "../../support/admission-world.ts";
import { present } from "../../support/present.ts";
import { sampleNow, sampleUlid } from "../../support/samples.ts";

const now = sampleNow;
const aDayLater = after(now, 24 * 60 * 60_000);

const leaseOf = (acquisition: Acquisition) => {
  if (!acquisition.ok) throw new Error(`refused: ${acquisition.refusal.message}`);
  return acquisition.lease;
};

const ask = (holder: LeaseHolder, { wallet }: AdmissionWorld, hold: number, at: EpochMs = now) =>
  holder.acquire([wallet], money(hold), minuteFrom(at), at);

const serve = async (holder: LeaseHolder, world: AdmissionWorld, hold: number, cost: number, at = now) =>
  holder.settle(leaseOf(await ask(holder, world, hold, at)), money(hold), money(cost));

describe("from memory, where it can be", () => {
  test("a process writes once for about twenty requests", async () => {
    const world = await admissionWorld(1_000_000);
    const holder = world.process();
    for (let request = 0; request < 200; request++) await serve(holder, world, 30, 10);
    expect(world.writes.length).toBeLessThanOrEqual(13);
    await holder.retire();
    expect(await world.cell()).toMatchObject({ available: 998_000n, spent: 2000n, grants: new Map() });
  });

  test("requests that come at the same time share one write", async () => {
    const world = await admissionWorld(1_000_000);
    const holder = world.process();
    const all = await Promise.all(Array.from({ length: 50 }, () => ask(holder, world, 100)));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(world.writes.length).toBeLessThanOrEqual(2);
  });

  test("a renewal closes the old lease and opens the new one in one write", async () => {
    const world = await admissionWorld(10_000);
    const holder = world.process();
    await serve(holder, world, 100, 90);
    await serve(holder, world, 100, 90);
    expect(world.writes[1]).toMatchObject([{ close: [{ amount: 100n, spent: 90n }], open: {} }]);
  });

  test("a lease never takes more than half of an equal share", async () => {
    const world = await admissionWorld(1000);
    const [one, other] = [world.process(), world.process()];
    await serve(one, world, 100, 100);
    await serve(other, world, 100, 100);
    await ask(one, world, 100);
    expect(world.writes.at(-1)).toMatchObject([{ open: { grant: { amount: 200n } } }]);
  });
});

describe("the time fence", () => {
  test("a lease admits no request that could outlive it", async () => {
    const world = await admissionWorld(1_000_000);
    const holder = world.process();
    await serve(holder, world, 10, 10);
    await serve(holder, world, 10, 10);
    const [grant] = (await world.cell()).grants.values();
    const expiresAt = grant?.expiresAt ?? now;
    const writes = world.writes.length;
    await serve(holder, world, 10, 10, after(expiresAt, -90_000));
    expect(world.writes.length).toBe(writes);
    await serve(holder, world, 10, 10, after(expiresAt, -89_999));
    expect(world.writes.length).toBe(writes + 1);
  });

  test("a process that slept through its lease's end gets a new one, and charges nothing to the old one", async () => {
    const world = await admissionWorld(1000);
    const [sleeper, other] = [world.process(), world.process()];
    const before = leaseOf(await ask(sleeper, world, 100));
    await sleeper.settle(before, money(100), money(0));
    await serve(other, world, 100, 100, aDayLater);
    expect((await world.cell()).grants.has(before)).toBe(false);
    expect(leaseOf(await ask(sleeper, world, 100, aDayLater))).not.toBe(before);
  });

  test("whoever needs money closes what a dead process left behind, at what its usage events say", async () => {
    const world = await admissionWorld(100);
    const lease = leaseOf(await ask(world.process(), world, 100));
    await world.usage.record(requestId(lease, newUlid(now, seededRandom(1).bytes)), money(30));
    const other = world.process();
    expect(await ask(other, world, 60)).toMatchObject({ ok: false, refusal: { code: "in_flight_budget" } });
    leaseOf(await ask(other, world, 60, aDayLater));
    expect(await world.cell()).toMatchObject({ available: 10n, spent: 30n });
  });

  test("a purse that nobody touches any more is closed as well, and only what is over", async () => {
    const world = await admissionWorld(100);
    const ports = { cells: world.store, usage: world.usage, rules: leaseRules() };
    await ask(world.process(), world, 40);
    const { key } = await world.cell();
    expect(await closeExpired(ports, key, now)).toBe(false);
    expect(await closeExpired(ports, key, aDayLater)).toBe(true);
    expect(await world.cell()).toMatchObject({ available: 100n, spent: 0n });
  });
});

describe("refusals", () => {
  test("what could come back is in flight; what is gone is exhausted", async () => {
    const world = await admissionWorld(100);
    const [one, other] = [world.process(), world.process()];
    const lease = leaseOf(await ask(one, world, 80));
    expect(await ask(other, world, 50)).toMatchObject({
      ok: false,
      refusal: { code: "in_flight_budget", purse: "wallet", retryAfterSeconds: 1 },
    });
    expect(await ask(other, world, 101, after(now, 1000))).toMatchObject({
      ok: false,
      refusal: { code: "budget_exhausted", purse: "wallet" },
    });
    await one.settle(lease, money(80), money(80));
    await one.retire();
    expect(await ask(other, world, 50, after(now, 2000))).toMatchObject({
      refusal: { code: "budget_exhausted" },
    });
  });

  test("an exhausted customer costs nothing for a second, and never a write", async () => {
    const world = await admissionWorld(10);
    const holder = world.process();
    await ask(holder, world, 50);
    const calls = world.calls.length;
    for (let request = 0; request < 100; request++)
      expect((await ask(holder, world, 50 + request)).ok).toBe(false);
    expect(world.calls.length).toBe(calls);
    await ask(holder, world, 50, after(now, 1000));
    expect(world.calls.length).toBeGreaterThan(calls);
    expect(world.writes).toEqual([]);
    // A smaller request was not refused yet.
    expect((await ask(holder, world, 10, after(now, 1000))).ok).toBe(true);
  });

  test("the purse that is short is named, and the others keep their money", async () => {
    const world = await admissionWorld(1000);
    const id = budgetPurseId(keyId(sampleUlid("KEY")), now);
    const budget: Purse = { id, kind: "key_budget", shards: 1, share: money(30) };
    const holder = world.process();
    const both = (hold: number, at = now) =>
      holder.acquire([world.wallet, budget], money(hold), minuteFrom(at), at);
    const lease = leaseOf(await both(20));
    expect(await both(20)).toMatchObject({ refusal: { code: "in_flight_budget", purse: "key_budget" } });
    await holder.settle(lease, money(20), money(20));
    expect(await both(20, after(now, 1))).toMatchObject({
      refusal: { code: "budget_exhausted", purse: "key_budget" },
    });
    await holder.retire();
    expect(await world.cell()).toMatchObject({ available: 980n, spent: 20n });
    expect(await world.store.ofPurse(id)).toMatchObject([{ available: 10n, spent: 20n, funded: 30n }]);
  });
});

describe("near exhaustion", () => {
  test("with nothing in flight a request is refused only when the wallet cannot pay for it", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 199 }),
        fc.array(fc.record({ process: fc.nat(2), cost: fc.nat(100) }), { minLength: 1, maxLength: 30 }),
        async (contents, requests) => {
          const world = await admissionWorld(contents);
          const processes = [world.process(), world.process(), world.process()];
          let left = contents;
          for (const [index, { process, cost }] of requests.entries()) {
            const holder = present(processes[process]);
            // A second later, so that no refusal is a remembered one.
            const at = after(now, index * 1000);
            const acquisition = await ask(holder, world, 100, at);
            expect(acquisition).toMatchObject(
              left < 100 ? { ok: false, refusal: { code: "budget_exhausted" } } : { ok: true },
            );
            if (!acquisition.ok) continue;
            await holder.settle(acquisition.lease, money(100), money(cost));
            left -= cost;
          }
          expect((await world.cell()).available).toBe(BigInt(left));
        },
      ),
    ));

  test("a lease ends with its request, in all of its purses", async () => {
    const world = await admissionWorld(1000);
    const id = budgetPurseId(keyId(sampleUlid("KEY")), now);
    const budget: Purse = { id, kind: "key_budget", shards: 1, share: money(150) };
    const holder = world.process();
    const acquisition = await holder.acquire([world.wallet, budget], money(100), minuteFrom(now), now);
    await holder.settle(leaseOf(acquisition), money(100), money(30));
    expect(await world.cell()).toMatchObject({ available: 970n, spent: 30n, grants: new Map() });
    expect(await world.store.ofPurse(id)).toMatchObject([{ available: 120n, spent: 30n, grants: new Map() }]);
  });

  test("with plenty nothing is written when a request ends", async () => {
    const world = await admissionWorld(1000);
    const holder = world.process();
    await serve(holder, world, 100, 30);
    expect(world.writes).toHaveLength(1);
  });

  test("a request that comes during the closing waits for it, and finds the money back", async () => {
    const world = await admissionWorld(150);
    const holder = world.process();
    const lease = leaseOf(await ask(holder, world, 100));
    const settled = holder.settle(lease, money(100), money(10));
    const next = leaseOf(await ask(holder, world, 120));
    await settled;
    expect(next).not.toBe(lease);
    expect([...(await world.cell()).grants.keys()]).toEqual([next]);
    expect(world.writes).toHaveLength(3);
  });

  test("a renewal under way closes it in its own write, and it is not closed twice", async () => {
    const world = await admissionWorld(150);
    const holder = world.process();
    const lease = leaseOf(await ask(holder, world, 100));
    const [next] = await Promise.all([ask(holder, world, 120), holder.settle(lease, money(100), money(10))]);
    expect([...(await world.cell()).grants.keys()]).toEqual([leaseOf(next)]);
    expect(world.writes.flat().flatMap(({ close }) => close)).toMatchObject([{ lease, spent: 10n }]);
  });

  test("a closing without an answer fails no request, and the next one makes up for it", async () => {
    const world = await admissionWorld(150);
    let isCut = true;
    const holder = world.process((cells) => ({
      ...cells,
      write: async (writes) => {
        if (isCut && writes.every(({ open }) => !open)) throw new Error("no answer");
        return cells.write(writes);
      },
    }));
    await serve(holder, world, 100, 10);
    expect(await world.cell()).toMatchObject({ available: 50n });
    isCut = false;
    await serve(holder, world, 120, 20);
    expect(await world.cell()).toMatchObject({ available: 120n, spent: 30n, grants: new Map() });
  });

  test("a closing whose answer is lost pays back once", async () => {
    const world = await admissionWorld(150);
    const holder = world.process((cells) => ({
      ...cells,
      write: async (writes) => {
        const outcome = await cells.write(writes);
        if (writes.every(({ open }) => !open)) throw new Error("no answer");
        return outcome;
      },
    }));
    await serve(holder, world, 100, 10);
    await serve(holder, world, 100, 10);
    expect(await world.cell()).toMatchObject({ available: 130n, spent: 20n, grants: new Map() });
  });
});

describe("shards", () => {
  test("a process whose shard is empty draws on a sibling", async () => {
    const world = await admissionWorld(0, 500, 0);
    expect((await ask(world.process(), world, 100)).ok).toBe(true);
    expect((await world.cell(1)).available).toBe(400n);
  });

  test("a wallet's cell that is not there is opened, empty, by the first request that looks for it", async () => {
    const world = await admissionWorld(500);
    world.process();
    const wallet = { ...world.wallet, shards: 2 };
    const second = world.process();
    expect((await second.acquire([wallet], money(100), minuteFrom(now), now)).ok).toBe(true);
    expect(await world.cell(1)).toMatchObject({ funded: 0n, available: 0n });
    expect((await world.cell(0)).available).toBe(400n);
  });

  test("while siblings together have the money, the refusal is a passing one", async () => {
    const world = await admissionWorld(60, 60);
    expect(await ask(world.process(), world, 100)).toMatchObject({ refusal: { code: "in_flight_budget" } });
    expect(await ask(world.process(), world, 121)).toMatchObject({ refusal: { code: "budget_exhausted" } });
  });

  test("moving to a sibling closes what is left in the old shard", async () => {
    const world = await admissionWorld(100, 500);
    const holder = world.process();
    await serve(holder, world, 100, 80);
    await serve(holder, world, 100, 80);
    expect(await world.cell(0)).toMatchObject({ available: 20n, spent: 80n, grants: new Map() });
  });

  test("a budget's first cell is opened by whoever needs it, also from another shard", async () => {
    const world = await admissionWorld(1000, 1000);
    const id = budgetPurseId(keyId(sampleUlid("KEY")), now);
    const budget: Purse = { id, kind: "key_budget", shards: 2, share: money(300) };
    world.process();
    const second = world.process();
    expect((await second.acquire([budget], money(100), minuteFrom(now), now)).ok).toBe(true);
    expect(await world.store.ofPurse(id)).toMatchObject([
      { key: { shard: 0 }, funded: 300n, available: 200n },
    ]);
  });
});

describe("lost and late messages", () => {
  test("a lost acknowledgement is a success, not a second charge", async () => {
    const world = await admissionWorld(1000);
    const holder = world.process((cells) => ({
      ...cells,
      // What a client library does when the first answer does not come.
      write: async (writes) => {
        await cells.write(writes);
        return cells.write(writes);
      },
    }));
    for (let request = 0; request < 5; request++) await serve(holder, world, 100, 50);
    await holder.retire();
    expect(await world.cell()).toMatchObject({ available: 750n, spent: 250n, grants: new Map() });
  });

  test("after a write without an answer nothing is admitted under the lease that it may have closed", async () => {
    const world = await admissionWorld(1000);
    let isSilent = false;
    const holder = world.process((cells) => ({
      ...cells,
      write: async (writes) => {
        const outcome = await cells.write(writes);
        if (isSilent) throw new Error("no answer");
        return outcome;
      },
    }));
    const first = leaseOf(await ask(holder, world, 100));
    await holder.settle(first, money(100), money(10));
    isSilent = true;
    await expect(ask(holder, world, 200)).rejects.toThrow("no answer");
    isSilent = false;
    const next = leaseOf(await ask(holder, world, 50));
    expect(next).not.toBe(first);
    await holder.settle(next, money(50), money(50));
    await holder.retire();
    expect(await world.cell()).toMatchObject({ available: 940n, spent: 60n, grants: new Map() });
  });

  test("a renewal that seemed refused and lands late does no harm", async () => {
    const world = await admissionWorld(1000);
    let isBusy = false;
    const late: (() => Promise<unknown>)[] = [];
    const holder = world.process((cells) => ({
      ...cells,
      write: async (writes) => {
        if (!isBusy) return cells.write(writes);
        late.push(() => cells.write(writes));
        return { ok: false, seen: [] };
      },
    }));
    const first = leaseOf(await ask(holder, world, 100));
    await holder.settle(first, money(100), money(10));
    isBusy = true;
    expect(await ask(holder, world, 200)).toMatchObject({ ok: false, refusal: { code: "in_flight_budget" } });
    isBusy = false;
    const small = leaseOf(await ask(holder, world, 50));
    expect(small).not.toBe(first);
    for (const write of late) await write();
    await holder.settle(small, money(50), money(50));
    await holder.retire();
    const { key } = await world.cell();
    await closeExpired({ cells: world.store, usage: world.usage, rules: leaseRules() }, key, aDayLater);
    expect(await world.cell()).toMatchObject({ available: 940n, spent: 60n });
  });
});

describe("mistakes of the caller are told, not billed", () => {
  test("a cost above its hold, a second settlement, and a negative hold are refused", async () => {
    const world = await admissionWorld(1000);
    const holder = world.process();
    const lease = leaseOf(await ask(holder, world, 100));
    await expect(holder.settle(lease, money(100), money(101))).rejects.toThrow("broken invariant");
    await holder.settle(lease, money(100), money(100));
    await expect(holder.settle(lease, money(100), money(100))).rejects.toThrow("broken invariant");
    await expect(ask(holder, world, -1)).rejects.toThrow("broken invariant");
  });

  test("a request that cannot cost anything is admitted while there is anything at all", async () => {
    const world = await admissionWorld(1);
    const holder = world.process();
    await serve(holder, world, 0, 0);
    await holder.retire();
    expect((await world.cell()).available).toBe(1n);
  });
});
