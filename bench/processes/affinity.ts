import { spawnSync } from "node:child_process";

/** `surroundings`: load generator, upstream and database. `underTest`: the one system that is measured, alone. */
export type Core = "surroundings" | "underTest";

const numbers = { surroundings: 0, underTest: 1 } as const satisfies Record<Core, number>;

/** A tool of Linux (util-linux); other systems cannot bind a process to a core, or have no such tool. */
const taskset = "taskset";

/** Elsewhere the scheduler decides, and figures scatter more. */
export const canPin: boolean = Object.values(numbers).every(
  (core) => spawnSync(taskset, ["-c", String(core), process.execPath, "--version"]).status === 0,
);

/** Binds a process, all its threads included, to a core. */
export const pin = (pid: number | undefined, core: Core): void => {
  if (!canPin || pid === undefined) return;
  const { status, stderr } = spawnSync(taskset, ["-apc", String(numbers[core]), String(pid)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`taskset could not pin process ${pid}: ${stderr}`);
};
