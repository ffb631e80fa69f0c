import { createHash, type Hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Larger files are known by size and time: a model's weights are not read at every start. */
const contentBytesMax = 1024 * 1024;

const ignored = new Set(["node_modules", "cdk.out", ".git", "coverage"]);

const addFile = (hash: Hash, root: string, file: string): void => {
  const { size, mtimeMs } = statSync(file);
  hash.update(`${path.relative(root, file)}\0${size}\0`);
  hash.update(size > contentBytesMax ? String(mtimeMs) : readFileSync(file));
};

const addFolder = (hash: Hash, root: string, folder: string): void => {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const location = path.join(folder, entry.name);
    if (entry.isDirectory() && !ignored.has(entry.name)) addFolder(hash, root, location);
    else if (entry.isFile()) addFile(hash, root, location);
  }
};

/** A digest of files and folders below `root`, and of whatever else decides the outcome. Absent ones count as absent. */
export const digestInputs = (root: string, inputs: readonly string[], settings: unknown): string => {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const input of inputs) {
    const location = path.join(root, input);
    hash.update(`\0${input}\0`);
    if (!existsSync(location)) hash.update("absent");
    else if (statSync(location).isDirectory()) addFolder(hash, root, location);
    else addFile(hash, root, location);
  }
  return hash.digest("hex");
};
