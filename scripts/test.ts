// npm test: the whole suite, or `npm test -- <vitest arguments>` for a part of it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { getPriority, setPriority, tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";

type Run = {
  readonly name: string;
  /** For vitest. */
  readonly args: readonly string[];
  readonly niceness?: number;
  readonly isShownLater?: boolean;
};

type Counts = { readonly passed: number; readonly failed: number };

/**
 * The whole suite is two runs side by side. End-to-end tests wait a third of the time, for what takes its time: all others
 * fill that, and give way to them.
 */
const runs: readonly Run[] = [
  { name: "parts", args: ["--project", "parts"], niceness: 5 },
  // Shown when it is over: two runs would write over each other's lines.
  { name: "end-to-end", args: ["--project", "end-to-end"], isShownLater: true },
];

const folder = mkdtempSync(path.join(tmpdir(), "farebox-test-"));

const countsOf = (report: string, status: number | null): Counts => {
  // A run that was stopped reports nothing.
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(
    readFileSync(report, "utf8"),
  ) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numFailedTestSuites: number;
    readonly success: boolean;
  };
  // A file that could not even be loaded has no failed tests of its own; it is a failure all the same.
  const isFailed = !success || status !== 0;
  const failed = Math.max(numFailedTests, isFailed ? Math.max(1, numFailedTestSuites - numFailedTests) : 0);
  return { passed: numPassedTests, failed };
};

/** Runs vitest; yields what it counted and, where that is still to be shown, what it said. */
const run = async ({ name, args, niceness = 0, isShownLater = false }: Run) => {
  const report = path.join(folder, `${name}.json`);
  const child = spawn(
    "vitest",
    ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args],
    {
      stdio: ["inherit", isShownLater ? "pipe" : "inherit", "inherit"],
      // Whatever tests leave in the temporary folder goes with it: a worker that is stopped clears nothing up.
      env: { ...process.env, TMPDIR: folder },
    },
  );
  if (child.pid !== undefined) setPriority(child.pid, Math.min(19, getPriority() + niceness));
  const [said, status] = await Promise.all([
    child.stdout === null ? "" : text(child.stdout),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { said, ...countsOf(report, status) };
};

// Ctrl-C reaches vitest as well, which stops what it has started; then it is our turn.
process.on("SIGINT", () => undefined);

const chosen = process.argv.slice(2);
try {
  const done = await Promise.all(chosen.length > 0 ? [run({ name: "chosen", args: chosen })] : runs.map(run));
  process.stdout.write(done.map(({ said }) => said).join(""));
  const passed = done.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = done.reduce((sum, counts) => sum + counts.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
