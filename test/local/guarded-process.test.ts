import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { endProcess, spawnGuarded } from "../../local/guarded-process.ts";
import { until } from "../support/until.ts";

const isAlive = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  // A zombie has died; only its parent has not looked yet.
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] !== "Z";
};

const stateOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] ?? "";

/** Starts a script in a process of its own; yields what its first line says. */
const startParent = async (name: string, ...args: readonly string[]) => {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const parent = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: parent.stdout }), "line");
  const said: unknown = JSON.parse(String(line));
  return { parent, said };
};

const expectAllGone = async (children: readonly number[]): Promise<void> => {
  try {
    await until(() => children.every((pid) => !isAlive(pid)));
  } finally {
    // When the guarantee is broken, this test must not leave them behind as well.
    for (const pid of children.filter(isAlive)) process.kill(pid, "SIGKILL");
  }
};

test.each(["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "after %s of the parent no child is left, not even a frozen one",
  async (signal) => {
    const { parent, said } = await startParent("./guarding-process.ts");
    const children = said as number[];
    expect(children).toHaveLength(2);
    expect(children.every(isAlive)).toBe(true);
    await until(() => stateOf(children[0] ?? 0) === "T");
    parent.kill(signal);
    await expectAllGone(children);
  },
);

test("a cloud that is killed leaves no database and no frozen function behind", async () => {
  const stateDir = mkdtempSync(path.join(tmpdir(), "farebox-state-"));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const { parent, said } = await startParent("./cloud-process.ts", stateDir);
  const { databases, functions } = said as { databases: number[]; functions: number[] };
  expect(databases).toHaveLength(2);
  const [frozen = 0] = functions;
  await until(() => stateOf(frozen) === "T");
  parent.kill("SIGKILL");
  await expectAllGone([...databases, ...functions]);
});

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
