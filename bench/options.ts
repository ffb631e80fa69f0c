import { parseArgs } from "node:util";
import { type WorkloadName, workloadNames } from "./workload.ts";

export type Options = {
  readonly workloads: readonly WorkloadName[];
  /** One short round instead of three: about a minute and a half, for a look while working. */
  readonly isQuick: boolean;
  /** Write RESULTS.md, the page that is committed. */
  readonly isForTheRecord: boolean;
};

export const usage = `npm run bench [-- <options>]

  --quick            one short round, about a minute and a half
  --only json|sse    JSON answers, or streams
  --record           write bench/RESULTS.md`;

const workloadsOf = (only: string | undefined): readonly WorkloadName[] => {
  if (only === undefined) return workloadNames;
  if (only === "json") return ["json"];
  if (only === "sse") return ["saturated", "paced"];
  throw new RangeError(`--only takes json or sse, not ${only}`);
};

/** Throws on what it does not know; the message is for the user. */
export const parseOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      record: { type: "boolean", default: false },
    },
  });
  return {
    workloads: workloadsOf(values.only),
    isQuick: values.quick,
    isForTheRecord: values.record,
  };
};
