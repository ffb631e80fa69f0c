// npm run bench: Farebox's request flow next to its peers, on this machine, in one run. See README.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installPeers } from "./install-peers.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { pin } from "./processes/affinity.ts";
import { resultsPage } from "./report/results-page.ts";
import { runAll } from "./run-all.ts";

const resultsFolder = path.join(import.meta.dirname, "results");

/** Children are guarded: they end with this process, however it ends. The folder goes here. */
const temporaryFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "farebox-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const exitOnSignals = (): void => {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(codes)) process.once(signal, () => process.exit(code));
};

const main = async (options: Options): Promise<void> => {
  exitOnSignals();
  await installPeers();
  pin(process.pid, "surroundings");
  mkdirSync(resultsFolder, { recursive: true });
  const report = await runAll(options, temporaryFolder());
  const page = resultsPage(report);
  writeFileSync(path.join(resultsFolder, "latest.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.isForTheRecord) writeFileSync(path.join(import.meta.dirname, "RESULTS.md"), page);
  console.log(`\n${page}`);
};

let options: Options;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}
try {
  await main(options);
  process.exit();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
