import { setTimeout as sleep } from "node:timers/promises";
import type { LoadFigures, Spread } from "../load/closed-loop.ts";
import type { Expectation } from "../load/expectation.ts";
import type { CpuReading } from "../processes/cpu-clock.ts";
import type { System } from "../systems/system.ts";
import { modelText } from "../upstream/completion.ts";
import { type Workload, eventsPerStream, requestBody, workloads } from "../workload.ts";
import type { LoadClient } from "./load-client.ts";
import type { Scenario } from "./plan.ts";

/** One system at one scenario, once. */
export type Sample = {
  /** For streams: events per second, divided by the events of a stream. */
  readonly requestsPerSecond: number;
  readonly totalMs: Spread;
  readonly firstByteMs: Spread;
  /** Of the system's process alone; absent where there is none. */
  readonly cpuMsPerRequest?: number;
  /** All requests, the warm-up's included: each must have left a usage event. */
  readonly answered: number;
};

const readCpu = async ({ process }: System): Promise<CpuReading | undefined> =>
  // The preloaded clock is this repository's own.
  process && ((await process.ask({})) as CpuReading);

const expectationOf = (workload: Workload): Expectation => {
  const count = eventsPerStream(workload);
  return count === undefined ? { kind: "whole", text: modelText } : { kind: "events", count };
};

const rateOf = (figures: LoadFigures, workload: Workload): number => {
  const events = eventsPerStream(workload);
  return (events === undefined ? figures.responses : figures.events / events) / figures.seconds;
};

export const measureSystem = async (
  load: LoadClient,
  system: System,
  { workload: name, concurrency, timing }: Scenario,
): Promise<Sample> => {
  const workload = workloads[name];
  const { windowMs, ...beforeWindow } = timing;
  const { port, path, headers } = system;
  const body = requestBody(workload);
  const expected = expectationOf(workload);
  await load.start({ port, path, headers, body, expected, concurrency, ...beforeWindow });
  const before = await readCpu(system);
  await sleep(windowMs);
  const after = await readCpu(system);
  const figures = await load.finish();
  const requestsPerSecond = rateOf(figures, workload);
  return {
    requestsPerSecond,
    totalMs: figures.totalMs,
    firstByteMs: figures.firstByteMs,
    answered: figures.answered,
    ...(before &&
      after && {
        // A rate by a rate: a busy process reads its clock a little late, and that must not count as work.
        cpuMsPerRequest:
          ((after.cpuMs - before.cpuMs) / (after.atMs - before.atMs)) * (1000 / requestsPerSecond),
      }),
  };
};
