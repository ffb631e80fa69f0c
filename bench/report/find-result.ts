import type { Result } from "../measure/measure-all.ts";

type Place = Pick<Result, "system" | "workload" | "concurrency">;

export const findResult = (results: readonly Result[], place: Place): Result | undefined =>
  results.find(
    ({ system, workload, concurrency }) =>
      system === place.system && workload === place.workload && concurrency === place.concurrency,
  );

/** `value / baseline`, where there are both. */
export const ratio = (value: number | undefined, baseline: number | undefined): number | undefined =>
  value === undefined || baseline === undefined || baseline === 0 ? undefined : value / baseline;
