// Runs a command of this repository on Lambda's own Node version, installing first when needed.
// Plain JavaScript on purpose: it must run on the bare machine's Node (>= 20), before anything is installed.
//
//   node scripts/run.js scripts/start.ts [args]   a TypeScript file
//   node scripts/run.js vitest [args]             a tool from node_modules/.bin
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const node = path.join(
  root,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/** The model server ships as a container image of its own, so it has its own lockfile; the benchmark's peers install on demand. */
const packages = [".", "models/server"];

const lockDigest = (folder) =>
  createHash("sha256")
    .update(readFileSync(path.join(folder, "package-lock.json")))
    .digest("hex");

const stampOf = (folder) => path.join(folder, "node_modules", ".farebox-installed");

const isInstalled = (folder) =>
  existsSync(stampOf(folder)) && readFileSync(stampOf(folder), "utf8") === lockDigest(folder);

const npm = (args, folder) =>
  new Promise((resolve, reject) => {
    const child = spawn("npm", [...args, "--loglevel=error", "--no-audit", "--no-fund"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      shell: process.platform === "win32",
    });
    let errors = "";
    child.stderr.on("data", (chunk) => (errors += chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`npm ${args.join(" ")} in ${folder} failed:\n${firstLines(errors)}`)),
    );
  });

/** What went wrong; npm's usage text follows and helps nobody here. */
const firstLines = (text) => text.split("\n").slice(0, 15).join("\n");

/** Install scripts are off (.npmrc says why); `node` is the one package whose script is needed: it links the binary. */
const install = async (folder) => {
  await npm(["ci"], folder);
  if (folder === root) await npm(["rebuild", "node", "--ignore-scripts=false"], folder);
  writeFileSync(stampOf(folder), lockDigest(folder));
};

const installMissing = async () => {
  const missing = packages.map((name) => path.join(root, name)).filter((folder) => !isInstalled(folder));
  if (missing.length === 0) return;
  if (spawnSync("npm", ["--version"], { shell: process.platform === "win32" }).status !== 0)
    throw new Error("npm was not found on PATH; Farebox needs Node.js 20 or newer with npm.");
  const started = Date.now();
  const words = "Installing dependencies (once per lockfile)";
  const ticker = process.stderr.isTTY
    ? setInterval(
        () => process.stderr.write(`\r${words} … ${Math.round((Date.now() - started) / 1000)} s`),
        500,
      )
    : undefined;
  process.stderr.write(ticker ? words : `${words} …\n`);
  const outcomes = await Promise.allSettled(missing.map(install));
  clearInterval(ticker);
  const failed = outcomes.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  process.stderr.write(
    `${ticker ? "\r" : ""}Installed dependencies in ${Math.round((Date.now() - started) / 1000)} s.   \n`,
  );
};

const run = ([command, ...args]) => {
  const isFile = command.endsWith(".ts");
  const child = spawn(node, [isFile ? command : path.join(root, "node_modules", ".bin", command), ...args], {
    cwd: root,
    stdio: "inherit",
    // node_modules/.bin first: whatever the command spawns runs on the same Node. What is compiled is kept: the CDK, the
    // SDK and our own TypeScript are loaded by one process after the other.
    env: {
      NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "compiled"),
      ...process.env,
      PATH: `${path.join(root, "node_modules", ".bin")}${path.delimiter}${process.env.PATH}`,
    },
  });
  // The terminal sends ctrl-C to the child as well: leave the ending, and its clean-up, to the child.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("close", (code, signal) => {
    process.exitCode = signal ? 128 + ({ SIGINT: 2, SIGTERM: 15, SIGKILL: 9 }[signal] ?? 1) : (code ?? 1);
  });
};

if (process.argv.length < 3) {
  console.error("usage: node scripts/run.js <file.ts | tool> [arguments]");
  process.exit(2);
}
await installMissing().catch((error) => {
  console.error(`\n${error.message}`);
  process.exit(1);
});
run(process.argv.slice(2));
