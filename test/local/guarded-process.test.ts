import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endProcess, spawnGuarded } from "../../local/guarded-process.ts";
import { until } from "../support/until.ts";

const isAlive = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  // A zombie has died; only its parent has not looked yet.
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] !== "Z";
};

const stateOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] ?? "";

/** Starts the fixture's cloud in a process of its own; yields the pids of its children. */
const startParent = async () => {
  const script = fileURLToPath(new URL("./cloud-process.ts", import.meta.url));
  const parent = spawn(process.execPath, [script, stateDir], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: parent.stdout }), "line");
  const { databases, functions } = JSON.parse(String(line)) as { databases: number[]; functions: number[] };
  return { parent, databases, functions };
};

let stateDir = "";
beforeEach(() => {
  stateDir = mkdtempSync(path.join(tmpdir(), "farebox-state-"));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

test.each(["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "after %s of the parent no database and no frozen function is left",
  async (signal) => {
    const { parent, databases, functions } = await startParent();
    expect(databases).toHaveLength(2);
    const [frozen = 0] = functions;
    await until(() => stateOf(frozen) === "T");
    parent.kill(signal);
    const children = [...databases, ...functions];
    try {
      await until(() => children.every((pid) => !isAlive(pid)));
    } finally {
      // When the guarantee is broken, this test must not leave them behind as well.
      for (const pid of children.filter(isAlive)) process.kill(pid, "SIGKILL");
    }
  },
);

test("a child's own children end with it", async () => {
  const child = spawnGuarded("sh", ["-c", "sleep 60 & echo $!; wait"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (child.stdout === null) throw new Error("stdout is a pipe");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const grandchild = Number(line);
  expect(isAlive(grandchild)).toBe(true);
  await endProcess(child);
  await until(() => !isAlive(grandchild));
});
