import type { Options } from "../options.ts";
import type { WorkloadName } from "../workload.ts";

/** How long one system is measured at one workload and concurrency, before and in the window that counts. */
type Timing = { readonly spreadMs: number; readonly warmUpMs: number; readonly windowMs: number };

/** One row of the results. */
export type Scenario = {
  readonly workload: WorkloadName;
  readonly concurrency: number;
  readonly timing: Timing;
};

export type Plan = {
  readonly repeats: number;
  /** Load that does not count, on every system before the first scenario: a compiler that still works is not what runs all day. */
  readonly warmUps: readonly Scenario[];
  readonly scenarios: readonly Scenario[];
};

/** A paced stream lasts a second: the window holds at least one whole. */
const thorough = {
  json: { spreadMs: 0, warmUpMs: 500, windowMs: 1500 },
  saturated: { spreadMs: 0, warmUpMs: 500, windowMs: 1500 },
  paced: { spreadMs: 1000, warmUpMs: 1000, windowMs: 2100 },
} as const satisfies Record<WorkloadName, Timing>;

const quick = {
  json: { spreadMs: 0, warmUpMs: 200, windowMs: 600 },
  saturated: { spreadMs: 0, warmUpMs: 200, windowMs: 600 },
  paced: { spreadMs: 500, warmUpMs: 500, windowMs: 1100 },
} as const satisfies Record<WorkloadName, Timing>;

/** A quick run leaves the busiest streams out: they take the most time. */
const concurrenciesOf = (workload: WorkloadName, isQuick: boolean): readonly number[] =>
  isQuick && workload !== "json" ? [1, 16] : [1, 16, 64];

/** Paced streams run the code that saturated ones have warmed. */
const warmUpsOf = (workload: WorkloadName, isQuick: boolean): readonly Scenario[] => {
  if (workload === "paced") return [];
  const timing = { spreadMs: 0, warmUpMs: isQuick ? 800 : 3000, windowMs: 100 };
  return [{ workload, concurrency: 16, timing }];
};

export const planOf = ({ isQuick, workloads }: Pick<Options, "isQuick" | "workloads">): Plan => ({
  repeats: isQuick ? 1 : 3,
  warmUps: workloads.flatMap((workload) => warmUpsOf(workload, isQuick)),
  scenarios: workloads.flatMap((workload) =>
    concurrenciesOf(workload, isQuick).map((concurrency) => ({
      workload,
      concurrency,
      timing: (isQuick ? quick : thorough)[workload],
    })),
  ),
});
