// npm test: the whole suite, or `npm test -- <vitest arguments>` for a part of it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = mkdtempSync(path.join(tmpdir(), "farebox-test-"));
const report = path.join(folder, "report.json");
try {
  const { status } = spawnSync(
    "vitest",
    ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)],
    // Whatever tests leave in the temporary folder goes with it: a worker that is stopped clears nothing up.
    { stdio: "inherit", env: { ...process.env, TMPDIR: folder } },
  );
  const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(
    readFileSync(report, "utf8"),
  ) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numFailedTestSuites: number;
    readonly success: boolean;
  };
  // A file that could not even be loaded has no failed tests of its own; it is a failure all the same.
  const failed = Math.max(numFailedTests, success ? 0 : Math.max(1, numFailedTestSuites - numFailedTests));
  console.log(`\n${numPassedTests} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : (status ?? 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
