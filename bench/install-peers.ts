import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = import.meta.dirname;
const stamp = path.join(folder, "node_modules", ".farebox-installed");

/** Installs the peers where they are missing or their lockfile has changed. They are large, so only the benchmark has them. */
export const installPeers = async (): Promise<void> => {
  const digest = createHash("sha256")
    .update(readFileSync(path.join(folder, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  console.error("Installing the peers into bench/node_modules (once per lockfile) …");
  const npm = spawn("npm", ["ci", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  const [exitCode] = await once(npm, "close");
  if (exitCode !== 0) throw new Error(`npm ci in bench/ failed with exit code ${exitCode}`);
  writeFileSync(stamp, digest);
};
