import type { Result } from "../measure/measure-all.ts";
import type { SystemName } from "../systems/system.ts";
import type { WorkloadName } from "../workload.ts";
import { findResult, ratio } from "./find-result.ts";
import type { Report } from "./report.ts";

/** A goal and where we are. */
export type GoalStanding = {
  readonly goal: string;
  readonly limit: number;
  readonly isAtLeast: boolean;
  /** Absent where this run did not measure it. */
  readonly value: number | undefined;
  readonly unit:
    | "x"
    | "ms"
    | "CPU-ms"
    | "write units"
    | "dollars"
    | "events/CPU-s"
    | "problems"
    | "bugs"
    | "counters"
    | "% of the wallet";
};

export const isMet = ({ value, limit, isAtLeast }: GoalStanding): boolean =>
  value !== undefined && (isAtLeast ? value >= limit : value <= limit);

type Figure = (result: Result) => number | undefined;

const cpu: Figure = ({ cpuMsPerRequest }) => cpuMsPerRequest;
const rate: Figure = ({ requestsPerSecond }) => requestsPerSecond;
const firstByte: Figure = ({ firstByteP50Ms }) => firstByteP50Ms;

/** Farebox's goals against the baselines of the same run, and its two absolute ones. */
export const goalStandings = (report: Report): readonly GoalStanding[] => [
  ...jsonGoals(report.results, 1),
  ...jsonGoals(report.results, 16),
  ...jsonGoals(report.results, 64),
  ...streamGoals(report.results),
  atMost("loading infer's bundle", report.moduleLoad.cpuMs, 20, "CPU-ms"),
  atMost(
    "P7 DynamoDB writes per request, counted at the database",
    report.writeUnits.perRequest,
    1.75,
    "write units",
  ),
  ...moneyGoals(report),
];

const moneyGoals = ({ money }: Report): readonly GoalStanding[] => {
  const seeds = `${money.seeds} ${money.seeds === 1 ? "seed" : "seeds"}`;
  const runs = `${seeds} x 5 scenarios x ${money.requestsPerRun.toLocaleString("en-US")} requests`;
  return [
    atMost(`R1 overspend, ${runs}`, money.overspend, 0, "dollars"),
    atMost("R1 books that do not add up, same runs", money.problems, 0, "problems"),
    atLeast(
      `R1 planted bugs caught, of ${money.mutants.planted}`,
      money.mutants.caught,
      money.mutants.planted,
      "bugs",
    ),
    atLeast("R2 utilisation without faults", 100 * money.utilisationMin.calm, 99.9, "% of the wallet"),
    atLeast("R2 utilisation, worst of all faults", 100 * money.utilisationMin.worst, 99, "% of the wallet"),
    atMost(`R3 wrong counters, stream on its worst day, ${seeds}`, money.wrongCounters, 0, "counters"),
    atLeast("P6 counting usage events", money.eventsCountedPerCpuSecond, 200_000, "events/CPU-s"),
    atMost("P7 writes per request, worst simulated run", 1 + money.leaseWriteUnitsMax, 1.75, "write units"),
  ];
};

const atMost = (
  goal: string,
  value: number | undefined,
  limit: number,
  unit: GoalStanding["unit"] = "x",
): GoalStanding => ({ goal, limit, isAtLeast: false, value, unit });

const atLeast = (
  goal: string,
  value: number | undefined,
  limit: number,
  unit: GoalStanding["unit"] = "x",
): GoalStanding => ({ goal, limit, isAtLeast: true, value, unit });

/** Farebox's figures at one workload and concurrency, next to those of others. */
const comparisonAt = (results: readonly Result[], workload: WorkloadName, concurrency: number) => {
  const figureOf = (system: SystemName, figure: Figure): number | undefined => {
    const result = findResult(results, { system, workload, concurrency });
    return result && figure(result);
  };
  return {
    against: (baseline: SystemName, figure: Figure): number | undefined =>
      ratio(figureOf("farebox", figure), figureOf(baseline, figure)),
    /** Time to the first byte beyond the upstream's own. */
    added: (system: SystemName): number | undefined => {
      const value = figureOf(system, firstByte);
      const direct = figureOf("direct", firstByte);
      return value === undefined || direct === undefined ? undefined : value - direct;
    },
  };
};

const jsonGoals = (results: readonly Result[], concurrency: number): readonly GoalStanding[] => {
  const { against } = comparisonAt(results, "json", concurrency);
  const where = `JSON, ${concurrency} ${concurrency === 1 ? "client" : "clients"}`;
  const cpuGoals = [
    atMost(`${where}: CPU against Portkey`, against("portkey", cpu), concurrency === 1 ? 0.65 : 0.55),
    atMost(`${where}: CPU against the bare proxy`, against("bare", cpu), 4),
  ];
  // With one client the rate is only the latency once more.
  if (concurrency === 1) return cpuGoals;
  return [...cpuGoals, atLeast(`${where}: requests/s against Portkey`, against("portkey", rate), 1.8)];
};

const streamGoals = (results: readonly Result[]): readonly GoalStanding[] => {
  const paced = comparisonAt(results, "paced", 16);
  const saturated = comparisonAt(results, "saturated", 16);
  const added = paced.added("farebox");
  return [
    atMost("paced, 16 clients: added to the first byte", added, 1.5, "ms"),
    atMost("paced, 16 clients: added, against Portkey", ratio(added, paced.added("portkey")), 0.1),
    atMost("paced, 16 clients: added, against the bare proxy", ratio(added, paced.added("bare")), 2.5),
    atMost("paced, 16 clients: CPU against the bare proxy", paced.against("bare", cpu), 1.25),
    atMost("paced, 16 clients: CPU against Portkey", paced.against("portkey", cpu), 0.65),
    atMost("saturated, 16 clients: CPU against Portkey", saturated.against("portkey", cpu), 1),
  ];
};
