import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** What is or would be in the repository: tracked files and new ones that git does not ignore. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(path.join(root, file)));
const sources = files.filter((file) => /\.(ts|mts|js|mjs)$/.test(file));
const textOf = (file: string): string => readFileSync(path.join(root, file), "utf8");

test("there is something to look at", () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources).toContain("core/money.ts");
});

test("no barrels: a file named index, or one that only re-exports, hides where things are", () => {
  const isBarrel = (file: string): boolean => {
    const statements = textOf(file)
      .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
      .split(/;\s*/)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== "");
    return (
      statements.length > 0 && statements.every((statement) => /^export\b[^=]*\bfrom\s+["']/.test(statement))
    );
  };
  expect(sources.filter((file) => /(^|\/)index\.\w+$/.test(file) || isBarrel(file))).toEqual([]);
});

test("no file or folder is named for having no idea of its own", () =>
  expect(
    files.filter((file) => /(^|\/)(utils?|helpers?|common|managers?|misc|shared)(\/|\.[^/]*$)/i.test(file)),
  ).toEqual([]));

test("files are named in kebab case", () =>
  expect(sources.filter((file) => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(path.basename(file)))).toEqual([]));

test("no file is longer than 400 lines", () =>
  expect(sources.filter((file) => textOf(file).split("\n").length > 401)).toEqual([]));

test("nothing is left to do in a comment", () => {
  // Spelled so that this file does not find itself.
  const marks = /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/;
  expect(sources.filter((file) => marks.test(textOf(file)))).toEqual([]);
});

describe("a folder that holds an idea of its own says what it is", () => {
  test.each([
    "core/inference/README.md",
    "core/billing/README.md",
    "core/billing/ledger/README.md",
    "core/billing/invoice/README.md",
  ])("%s", (file) => {
    const readme = textOf(file);
    expect(readme).toMatch(/^# /);
    expect(readme.split("\n").length).toBeLessThan(60);
    // A reading order that names files which are gone misleads.
    const named = [...readme.matchAll(/`([a-z-]+\.ts)`/g)].map(([, name]) => name ?? "");
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !existsSync(path.join(root, path.dirname(file), name)))).toEqual([]);
  });
});
