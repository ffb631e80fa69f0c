import type { Result } from "../measure/measure-all.ts";
import { systemTitles } from "../systems/system.ts";
import type { WorkloadName } from "../workload.ts";
import { findResult, ratio } from "./find-result.ts";
import { markdownTable } from "./markdown-table.ts";
import { numberText, ratioText } from "./number-text.ts";

const header = [
  "system",
  "clients",
  "requests/s",
  "p50 ms",
  "p99 ms",
  "first byte ms",
  "added",
  "CPU-ms",
  "x bare",
  "x Portkey",
  "RPS x Portkey",
];

/** One workload: a row per concurrency and system, its CPU time and rate against the baselines of the same run. */
export const workloadTable = (results: readonly Result[], workload: WorkloadName): string => {
  const rows = results
    .filter((result) => result.workload === workload)
    .map((result) => {
      const baseline = (system: "direct" | "bare" | "portkey") => findResult(results, { ...result, system });
      const { cpuMsPerRequest: cpu, requestsPerSecond, firstByteP50Ms } = result;
      const direct = baseline("direct")?.firstByteP50Ms;
      return [
        systemTitles[result.system],
        String(result.concurrency),
        numberText(requestsPerSecond),
        numberText(result.p50Ms),
        numberText(result.p99Ms),
        numberText(firstByteP50Ms),
        result.system === "direct" || direct === undefined ? "–" : numberText(firstByteP50Ms - direct),
        numberText(cpu),
        ratioText(ratio(cpu, baseline("bare")?.cpuMsPerRequest)),
        ratioText(ratio(cpu, baseline("portkey")?.cpuMsPerRequest)),
        ratioText(ratio(requestsPerSecond, baseline("portkey")?.requestsPerSecond)),
      ];
    });
  return markdownTable(header, rows);
};
