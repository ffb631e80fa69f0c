import { spawnSync } from "node:child_process";

/**
 * Binds a process, all its threads and all that it starts from then on, to a core of the processor.
 * @returns why that cannot be done: `taskset` is a tool of Linux (util-linux)
 */
export const bindToCore = (pid: number, core: number): string | undefined => {
  const { status, stderr, error } = spawnSync("taskset", ["-apc", String(core), String(pid)], {
    encoding: "utf8",
  });
  return status === 0 ? undefined : (error?.message ?? stderr);
};
