import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expiryWorld, hourMs } from "../../support/expiry-world.ts";
import { add, zero } from "../../../core/money.ts";

type World = Awaited<ReturnType<typeof expiryWorld>>;

/** Lets hours pass as the hourly function sees them: usage is posted, then what has expired is taken. */
const hours = async (world: World, count: number): Promise<void> => {
  for (let hour = 0; hour < count; hour++) {
    await world.nextHour();
    await world.expire();
  }
};

describe("a grant that expires", () => {
  test("can be spent no more, and exactly what was left of it is written off", async () => {
    const world = await expiryWorld();
    await world.credit("promotional", 10, 0, 2);
    await world.credit("paid", 7, 1);
    await world.spend(0, 4);
    await hours(world, 3);
    expect(await world.books()).toMatchObject({ held: 7n, left: 7n, expired: 6n, uncovered: 0n });
    await hours(world, 3);
    expect(await world.books()).toMatchObject({ held: 7n, left: 7n, expired: 6n });
  });

  test("pays for usage from before, although that is posted after", async () => {
    const world = await expiryWorld();
    await world.credit("promotional", 10, 0, 1);
    await world.credit("paid", 10, 1);
    await world.spend(0, 4);
    // Its hour is over and it has expired, but not for an hour.
    await world.nextHour();
    expect(await world.expire()).toBe(0n);
    await hours(world, 1);
    expect(await world.books()).toMatchObject({ held: 10n, left: 10n, expired: 6n, uncovered: 0n });
  });

  test("is taken from every cell at home, the rest when leases and other regions have given it back", async () => {
    const world = await expiryWorld();
    await world.credit("paid", 100, 0, 1);
    await world.give(0, 1, 20);
    await world.give(0, 2, 30);
    await world.receive();
    await world.open(0, 15);
    await hours(world, 2);
    expect(await world.books()).toMatchObject({ held: 45n, left: 45n, expired: 55n });
    await world.close(0);
    await world.give(2, 0, 30);
    await world.receive();
    await hours(world, 1);
    expect(await world.books()).toMatchObject({ held: 0n, left: 0n, expired: 100n });
  });

  test("leaves alone what was paid for later, as far as its own money was not used after it expired", async () => {
    const world = await expiryWorld();
    await world.credit("promotional", 10, 0, 1);
    await world.nextHour();
    await world.spend(0, 4);
    await world.credit("paid", 20, 1);
    await hours(world, 2);
    // The 4 were used after the expiry: they are paid with what was paid in.
    expect(await world.books()).toMatchObject({ held: 16n, left: 16n, expired: 10n });
  });

  test("is given back where usage from before turns up after it was taken", async () => {
    const world = await expiryWorld();
    await world.credit("promotional", 10, 0, 2);
    await world.credit("paid", 5, 1);
    await hours(world, 2);
    await world.nextHour();
    // Dies between the debit and its posting; then what should have been posted before is.
    await world.expireAndCrash(6, "after");
    expect(await world.books()).toMatchObject({ pending: 10n, held: 5n });
    await world.lateUsage(4, 2 * hourMs);
    await world.expire();
    expect(await world.books()).toMatchObject({ held: 5n + 4n, left: 5n, expired: 6n });
  });

  test("is given back whole where such usage has used the grant up, which the book then has no more", async () => {
    const world = await expiryWorld();
    await world.credit("promotional", 10, 0, 2);
    await world.credit("paid", 5, 1);
    await hours(world, 2);
    await world.nextHour();
    await world.expireAndCrash(6, "after");
    await world.lateUsage(10, 2 * hourMs);
    for (let run = 0; run < 2; run++) {
      await world.expire();
      expect(await world.books()).toMatchObject({ held: 5n + 10n, left: 5n, expired: 0n });
    }
  });
});

const cell = fc.nat(2);
const amount = fc.integer({ min: 1, max: 40 });
const event = fc.oneof(
  fc.record({
    what: fc.constant("credit" as const),
    kind: fc.constantFrom("paid" as const, "promotional" as const),
    amount,
    priority: fc.nat(2),
    hours: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  }),
  fc.record({ what: fc.constant("spend" as const), cell, amount }),
  fc.record({ what: fc.constant("open" as const), cell, amount }),
  fc.record({ what: fc.constant("close" as const), percent: fc.nat(100) }),
  fc.record({ what: fc.constant("give" as const), cell, to: cell, amount }),
  fc.record({ what: fc.constant("receive" as const) }),
  fc.record({
    what: fc.constant("hour" as const),
    crash: fc.option(
      fc.record({
        call: fc.integer({ min: 1, max: 12 }),
        moment: fc.constantFrom("before" as const, "after" as const),
        isRepeated: fc.boolean(),
      }),
      { nil: undefined },
    ),
  }),
);
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

const happen = async (world: World, event: Event): Promise<void> => {
  switch (event.what) {
    case "credit":
      return world.credit(event.kind, event.amount, event.priority, event.hours);
    case "spend":
      return world.spend(event.cell, event.amount);
    case "open":
      return void (await world.open(event.cell, event.amount));
    case "close":
      return world.close(event.percent);
    case "give":
      return world.give(event.cell, event.to, event.amount);
    case "receive":
      return world.receive();
    case "hour":
      await world.nextHour();
      if (event.crash) await world.expireAndCrash(event.crash.call, event.crash.moment);
      if (event.crash?.isRepeated !== false) await world.expire();
  }
};

test("whatever happens, cells hold what grants have left, less usage that is not posted or that no grant paid for", () =>
  fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
      const world = await expiryWorld();
      for (const next of events) {
        await happen(world, next);
        const { cells, grants, held, left, unposted, uncovered, pending } = await world.books();
        expect(held).toBe(left - unposted - uncovered - pending);
        expect(cells.every(({ available }) => available >= 0n)).toBe(true);
        expect(grants.every(({ remaining, amount }) => remaining >= 0n && remaining <= amount)).toBe(true);
        // Never more than the expired grants have left.
        const expiring = grants.filter(
          ({ expiresAt }) => expiresAt !== undefined && expiresAt <= world.now(),
        );
        expect(pending >= 0n).toBe(true);
        expect(pending <= add(zero, ...expiring.map(({ remaining }) => remaining))).toBe(true);
      }
      // In the end nothing that has expired can be spent at home.
      await world.settleAtHome();
      const { grants } = await world.books();
      await hours(world, 6);
      const after = await world.books();
      const stillThere = after.grants.filter(({ expiresAt }) => expiresAt !== undefined);
      const atHome = add(zero, ...world.home.owned().map(({ available }) => available));
      expect(stillThere.length === 0 || atHome === 0n).toBe(true);
      expect(after.pending).toBe(0n);
      expect(after.held).toBe(after.left - after.uncovered);
      expect(grants.length >= after.grants.length).toBe(true);
    }),
    { numRuns: 300 },
  ));
