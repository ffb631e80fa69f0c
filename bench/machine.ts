import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { canPin } from "./processes/affinity.ts";

/** What the figures depend on besides the code. */
export type Machine = {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly isPinned: boolean;
  /** Mean number of runnable processes in the minute before the run: above a core or so, someone else was measured too. */
  readonly loadBefore: number;
};

export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()}`,
  node: process.version,
  isPinned: canPin,
  loadBefore: loadavg()[0] ?? Number.NaN,
});
