import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { scenarios } from "../../test/simulation/scenario.ts";
import { simulate } from "../../test/simulation/simulate.ts";

/** What the simulation of wallets and leases found, and how fast events are counted. */
export type MoneyFigures = {
  readonly seeds: number;
  readonly requestsPerRun: number;
  /** In dollars, summed over all runs. Anything but zero is a bug. */
  readonly overspend: number;
  /** The lowest share of a wallet that was spent, with demand at 1.75 times what it holds, without faults. */
  readonly utilisationMin: number;
  readonly eventsCountedPerCpuSecond: number;
};

const names = ["calm", "faulty", "zombies", "partition", "dark"] as const;
const picodollarsPerDollar = 1e12;

/** Every scenario with every seed; the full size of the goals is `SIMULATION=full npm test -- test/simulation`. */
export const measureMoney = async ({ isQuick }: { readonly isQuick: boolean }): Promise<MoneyFigures> => {
  const seeds = isQuick ? 1 : 3;
  const requests = isQuick ? 5_000 : 20_000;
  let overspend = 0;
  let utilisationMin = 1;
  for (const name of names) {
    for (let seed = 1; seed <= seeds; seed++) {
      const report = await simulate({ scenario: scenarios[name], seed, requests });
      overspend += Number(report.overspend) / picodollarsPerDollar;
      if (name === "calm") utilisationMin = Math.min(utilisationMin, report.utilisation);
    }
  }
  return {
    seeds,
    requestsPerRun: requests,
    overspend,
    utilisationMin,
    eventsCountedPerCpuSecond: measureCounting(),
  };
};

/** In a process of its own: CPU time is counted per process. */
const measureCounting = (): number => {
  const script = fileURLToPath(new URL("../counters.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--json"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`counting events failed: ${stderr}`);
  const { perCpuSecond } = JSON.parse(stdout) as { readonly perCpuSecond: number };
  return perCpuSecond;
};
