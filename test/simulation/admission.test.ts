import { describe, expect, test } from "vitest";
import { leaseWriteUnitsMax, utilisationMin } from "./goals.ts";
import { mutants } from "./mutants.ts";
import { scenarios } from "./scenario.ts";
import { simulate } from "./simulate.ts";

/**
 * `SIMULATION=full` runs what the goals ask for: 10 seeds of 100,000 requests, some ten minutes; `SIMULATION=all` every
 * scenario once, as CI does. `SEED=7` replays one seed.
 */
const size = process.env["SIMULATION"];
const isFull = size === "full";
const requests = isFull ? 100_000 : 10_000;
const seeds = process.env["SEED"]
  ? [Number(process.env["SEED"])]
  : Array.from({ length: isFull ? 10 : 1 }, (_, index) => index + 1);
const timeoutMs = 10 * 60_000;

const replay = (seed: number): string =>
  `replay with: ${size === undefined ? "" : `SIMULATION=${size} `}SEED=${seed} npm test -- test/simulation`;

/** The faults of "faulty" are in all but "calm", and the partition is in "dark" as well. */
const names =
  size === undefined
    ? (["calm", "zombies", "dark"] as const)
    : (["calm", "faulty", "zombies", "partition", "dark"] as const);

describe.each(names)("demand of 1.75 times the budget: %s", (name) => {
  const scenario = scenarios[name];

  test.each(seeds)(
    "nothing is overspent, and every picodollar is accounted for (seed %i)",
    async (seed) => {
      const report = await simulate({ scenario, seed, requests });
      expect(report.problems, replay(seed)).toEqual([]);
      expect(report.overspend, replay(seed)).toBe(0n);
      expect(report.utilisation, replay(seed)).toBeGreaterThanOrEqual(utilisationMin[name]);
      expect(report.utilisation, replay(seed)).toBeLessThanOrEqual(1);
      expect(report.leaseWriteUnits, replay(seed)).toBeLessThanOrEqual(leaseWriteUnitsMax);
      expect(report.crashed > 0, replay(seed)).toBe(scenario.crash > 0);
      expect(report.absorbed > 0n, replay(seed)).toBe(scenario.freeze > 0);
    },
    timeoutMs,
  );
});

describe("a simulation that could not fail would prove nothing", () => {
  const run = (parts: keyof typeof mutants) =>
    simulate({ scenario: scenarios.zombies, seed: 1, requests: 4000, parts: mutants[parts] });

  test.each([
    { mutant: "noFence", bug: "a lease that admits although it is over" },
    { mutant: "hopefulHold", bug: "holds of less than the worst case" },
    { mutant: "doubleRefund", bug: "a closing that pays back twice" },
    { mutant: "uncheckedClose", bug: "a closing of what is closed already" },
    { mutant: "uncheckedReceipt", bug: "a transfer received twice" },
    { mutant: "checkThenAdd", bug: "looking first and adding afterwards" },
  ] as const)("$bug ($mutant) is found to overspend", async ({ mutant }) => {
    const report = await run(mutant);
    expect(report.overspend).toBeGreaterThan(0n);
    expect(report.problems.join("\n")).toContain("overspend");
  });

  test.each([
    { mutant: "ignoredToken", bug: "an opening whose late copy takes effect" },
    { mutant: "noLateness", bug: "an event that is billed after its lease was closed" },
    { mutant: "sumFirst", bug: "a lease closed at its sum without its dead requests" },
  ] as const)("$bug ($mutant) is found not to settle what was billed", async ({ mutant }) => {
    const report = await run(mutant);
    expect(report.problems.join("\n")).toContain("spent differs from usage events");
  });

  test("the same run without a mutation is sound", async () => {
    const report = await simulate({ scenario: scenarios.zombies, seed: 1, requests: 4000 });
    expect(report.problems).toEqual([]);
  });
});

test("a seed is a whole run: it repeats to the last detail", async () => {
  const run = { scenario: scenarios.dark, seed: 3, requests: 500 };
  expect(await simulate(run)).toEqual(await simulate(run));
});
