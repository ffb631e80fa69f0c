import { workloadNames, workloads } from "../workload.ts";
import { goalsTable } from "./goals-table.ts";
import { numberText } from "./number-text.ts";
import type { Report } from "./report.ts";
import { workloadTable } from "./workload-table.ts";

const machineLine = ({ machine, startedAt, repeats, isQuick, seconds }: Report): string => {
  const { processor, cores, memoryGb, system, node, isPinned, loadBefore } = machine;
  return [
    `${startedAt}, ${Math.round(seconds)} s, ${isQuick ? "a quick run: one round" : `medians of ${repeats} rounds`}.`,
    `${processor}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node};`,
    `${isPinned ? "the system under test alone on a core" : "not pinned to cores"};`,
    `load average before the run ${loadBefore.toFixed(2)}.`,
  ].join(" ");
};

const checksLine = ({ fareboxAnswered, usageEvents, moduleLoad, writeUnits }: Report): string =>
  [
    `Farebox answered ${fareboxAnswered.toLocaleString("en-US")} requests and left ${usageEvents.toLocaleString("en-US")} usage events.`,
    `Every answer of every system was checked.`,
    `Bundle of infer: ${Math.round(moduleLoad.bundleBytes / 1024)} KB, ${numberText(moduleLoad.cpuMs)} CPU-ms to load.`,
    `Write units per request: ${numberText(writeUnits.perRequest)}.`,
  ].join(" ");

/** The report as Markdown: what the terminal shows and what RESULTS.md holds. */
export const resultsPage = (report: Report): string => {
  const measured = workloadNames.filter((name) => report.results.some(({ workload }) => workload === name));
  return [
    "# Benchmark results",
    machineLine(report),
    ...measured.flatMap((name) => [`## ${workloads[name].title}`, workloadTable(report.results, name)]),
    "## Goals",
    goalsTable(report),
    "## Checks",
    checksLine(report),
    "",
  ].join("\n\n");
};
