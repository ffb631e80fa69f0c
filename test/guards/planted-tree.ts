import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** The rules as they are in force: the linter's, the compiler's, and what the layers' compilers need to see. */
const rules = [
  ".oxlintrc.json",
  "package.json",
  "tsconfig.base.json",
  "tsconfig.json",
  "core/tsconfig.json",
  "core/globals.d.ts",
  "functions/tsconfig.json",
  "functions/contract.ts",
  "infra/tsconfig.json",
  "local/tsconfig.json",
];

/** What the compiler's settings name. Nothing else: it would read all of the CDK's types, for seconds, to refuse its name. */
const packages = ["@types", "undici-types"];

export const tool = (name: string): string => path.join(root, "node_modules/.bin", name);

/**
 * A checkout of the rules without the code, with files planted in the layers' folders. Planting there instead of in the
 * checkout keeps violations out of sight of a linter or compiler that runs at the same time.
 */
export const plantTree = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(path.join(tmpdir(), "farebox-guard-"));
  for (const file of rules) cpSync(path.join(root, file), path.join(folder, file));
  mkdirSync(path.join(folder, "node_modules"));
  for (const name of packages)
    symlinkSync(path.join(root, "node_modules", name), path.join(folder, "node_modules", name));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
