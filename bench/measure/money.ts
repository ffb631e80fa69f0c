import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { expectedCounters, storedCounters, wrongCounters } from "../../test/support/counted.ts";
import { memoryCounters } from "../../test/support/memory-counters.ts";
import { deliverBadly, seededRandom } from "../../test/support/unreliable-stream.ts";
import { usageEvents } from "../../test/support/usage-events.ts";
import { mutants } from "../../test/simulation/mutants.ts";
import { scenarios } from "../../test/simulation/scenario.ts";
import { simulate } from "../../test/simulation/simulate.ts";

/** What the simulation of wallets and leases found, and how events are counted. */
export type MoneyFigures = {
  readonly seeds: number;
  readonly requestsPerRun: number;
  /** In dollars, summed over all runs. Anything but zero is a bug. */
  readonly overspend: number;
  /** Books that do not add up, over all runs, apart from overspending. */
  readonly problems: number;
  /** The lowest share of a wallet that was spent, with demand at 1.75 times what it holds: without faults, with any. */
  readonly utilisationMin: { readonly calm: number; readonly worst: number };
  /** Per admitted request, of the dearest run; the usage event's own write comes on top. */
  readonly leaseWriteUnitsMax: number;
  /** Planted bugs, and how many of them made the simulation fail. */
  readonly mutants: { readonly planted: number; readonly caught: number };
  /** Counters that differ from their events after duplicates, bisected batches, lost acknowledgements and resharding. */
  readonly wrongCounters: number;
  readonly eventsCountedPerCpuSecond: number;
};

const names = ["calm", "faulty", "zombies", "partition", "dark"] as const;
/** As the goals ask for: with fewer, a wallet spends much of its life near exhaustion. */
const requestsPerRun = 100_000;
const picodollarsPerDollar = 1e12;

/** Every scenario with every seed. Ten seeds, as the goals ask for, take some five minutes. */
export const measureMoney = async ({ isQuick }: { readonly isQuick: boolean }): Promise<MoneyFigures> => {
  const seeds = Array.from({ length: isQuick ? 1 : 10 }, (_, index) => index + 1);
  const runs = [];
  for (const name of names) {
    for (const seed of seeds) {
      runs.push({ name, ...(await simulate({ scenario: scenarios[name], seed, requests: requestsPerRun })) });
    }
  }
  const calm = runs.filter(({ name }) => name === "calm");
  return {
    seeds: seeds.length,
    requestsPerRun,
    overspend: runs.reduce((sum, { overspend }) => sum + Number(overspend) / picodollarsPerDollar, 0),
    problems: runs.reduce((sum, { problems }) => sum + problems.length, 0),
    utilisationMin: {
      calm: Math.min(...calm.map(({ utilisation }) => utilisation)),
      worst: Math.min(...runs.map(({ utilisation }) => utilisation)),
    },
    leaseWriteUnitsMax: Math.max(...runs.map(({ leaseWriteUnits }) => leaseWriteUnits)),
    mutants: await plantMutants(),
    wrongCounters: await countWrongCounters(seeds),
    eventsCountedPerCpuSecond: measureCounting(),
  };
};

const plantMutants = async (): Promise<MoneyFigures["mutants"]> => {
  const planted = Object.values(mutants);
  let caught = 0;
  for (const parts of planted) {
    const { problems } = await simulate({ scenario: scenarios.zombies, seed: 1, requests: 4000, parts });
    if (problems.length > 0) caught += 1;
  }
  return { planted: planted.length, caught };
};

const countWrongCounters = async (seeds: readonly number[]): Promise<number> => {
  const many = { minLength: 2000, maxLength: 2000 };
  let wrong = 0;
  for (const seed of seeds) {
    const [events = []] = fc.sample(usageEvents(many), { numRuns: 1, seed });
    const counters = memoryCounters();
    await deliverBadly(counters, events, seededRandom(seed));
    wrong += wrongCounters(expectedCounters(events), await storedCounters(counters, events)).length;
  }
  return wrong;
};

/** In a process of its own: CPU time is counted per process. */
const measureCounting = (): number => {
  const script = fileURLToPath(new URL("../counters.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--json"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`counting events failed: ${stderr}`);
  const { perCpuSecond } = JSON.parse(stdout) as { readonly perCpuSecond: number };
  return perCpuSecond;
};
