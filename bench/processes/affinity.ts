import { spawnSync } from "node:child_process";
import { bindToCore } from "./bind-to-core.ts";

/** `surroundings`: load generator, upstream and database. `underTest`: the one system that is measured, alone. */
export type Core = "surroundings" | "underTest";

const numbers = { surroundings: 0, underTest: 1 } as const satisfies Record<Core, number>;

/** Elsewhere the scheduler decides, and figures scatter more. */
export const canPin: boolean = Object.values(numbers).every(
  (core) => spawnSync("taskset", ["-c", String(core), process.execPath, "--version"]).status === 0,
);

/** Binds a process to a core, where that is possible. */
export const pin = (pid: number | undefined, core: Core): void => {
  if (!canPin || pid === undefined) return;
  const failure = bindToCore(pid, numbers[core]);
  if (failure !== undefined) throw new Error(`taskset could not pin process ${pid}: ${failure}`);
};
