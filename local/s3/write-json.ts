import { renameSync, writeFileSync } from "node:fs";

/**
 * Writes a small JSON file so that a crash leaves the old content or the new one, never half of it. Synchronous on
 * purpose: between checking a precondition and recording the change nothing else may run.
 */
export function writeJson(file: string, value: unknown): void {
  const unfinished = `${file}.writing`;
  writeFileSync(unfinished, JSON.stringify(value));
  renameSync(unfinished, file);
}
