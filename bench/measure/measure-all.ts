import { median } from "../statistics.ts";
import { type System, type SystemName, systemTitles } from "../systems/system.ts";
import type { WorkloadName } from "../workload.ts";
import type { LoadClient } from "./load-client.ts";
import { type Sample, measureSystem } from "./measure-system.ts";
import type { Plan, Scenario } from "./plan.ts";

/** The medians of one system's samples at one scenario. */
export type Result = {
  readonly system: SystemName;
  readonly workload: WorkloadName;
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly firstByteP50Ms: number;
  readonly cpuMsPerRequest?: number;
};

export type Measurements = {
  readonly results: readonly Result[];
  /** Requests that Farebox answered, all of them. */
  readonly fareboxAnswered: number;
};

const resultOf = (
  system: SystemName,
  { workload, concurrency }: Scenario,
  samples: readonly Sample[],
): Result => {
  const cpu = samples.flatMap(({ cpuMsPerRequest }) => cpuMsPerRequest ?? []);
  return {
    system,
    workload,
    concurrency,
    requestsPerSecond: median(samples.map(({ requestsPerSecond }) => requestsPerSecond)),
    p50Ms: median(samples.map(({ totalMs }) => totalMs.p50)),
    p99Ms: median(samples.map(({ totalMs }) => totalMs.p99)),
    firstByteP50Ms: median(samples.map(({ firstByteMs }) => firstByteMs.p50)),
    ...(cpu.length > 0 && { cpuMsPerRequest: median(cpu) }),
  };
};

const describe = ({ workload, concurrency }: Scenario): string => `${workload}, concurrency ${concurrency}`;

/**
 * Measures every system at every scenario. Rounds run through all systems before the next repeat, so that a busy moment
 * of the machine does not fall on one system alone.
 */
export const measureAll = async (
  load: LoadClient,
  systems: readonly System[],
  { repeats, warmUps, scenarios }: Plan,
): Promise<Measurements> => {
  let fareboxAnswered = 0;
  const measure = async (system: System, scenario: Scenario): Promise<Sample> => {
    const sample = await measureSystem(load, system, scenario).catch((cause: unknown) => {
      throw new Error(`${systemTitles[system.name]}, ${describe(scenario)}: ${String(cause)}`, { cause });
    });
    if (system.name === "farebox") fareboxAnswered += sample.answered;
    return sample;
  };

  console.error("  warming up");
  for (const scenario of warmUps) for (const system of systems) await measure(system, scenario);

  const results: Result[] = [];
  for (const scenario of scenarios) {
    console.error(`  ${describe(scenario)}`);
    const samples = new Map<SystemName, Sample[]>(systems.map(({ name }) => [name, []]));
    for (let round = 0; round < repeats; round++) {
      for (const system of systems) samples.get(system.name)?.push(await measure(system, scenario));
    }
    for (const [name, taken] of samples) results.push(resultOf(name, scenario, taken));
  }
  return { results, fareboxAnswered };
};
