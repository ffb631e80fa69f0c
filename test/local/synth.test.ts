import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { synthesize } from "../../local/synth.ts";

const repository = path.join(import.meta.dirname, "..", "..");
let root = "";
let outdir = "";
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "farebox-synth-"));
  cpSync(path.join(import.meta.dirname, "fixture-app"), root, { recursive: true });
  symlinkSync(path.join(repository, "node_modules"), path.join(root, "node_modules"));
  outdir = path.join(mkdtempSync(path.join(tmpdir(), "farebox-synth-")), "cdk.out");
});
afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(path.dirname(outdir), { recursive: true });
});

const templates = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith(".template.json"))
      .map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );

const run = (context = {}) => synthesize({ root, outdir, context, inputs: ["."] });

test("templates are byte for byte those of cdk synth", async () => {
  expect(await run()).toBe(true);
  const fromCli = path.join(path.dirname(outdir), "from-cli");
  execFileSync(
    process.execPath,
    [path.join(repository, "node_modules", "aws-cdk", "bin", "cdk"), "synth", "--quiet", "--output", fromCli],
    {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${path.dirname(process.execPath)}:${process.env["PATH"]}`,
        CDK_VALIDATION: "false",
      },
      stdio: "ignore",
    },
  );
  const synthesized = templates(outdir);
  expect(Object.keys(synthesized)).toHaveLength(4);
  expect(synthesized).toEqual(templates(fromCli));
});

test("the app runs only when an input has changed", async () => {
  await run();
  expect(await run()).toBe(false);
  writeFileSync(path.join(root, "handlers", "new.mjs"), "export const handler = () => undefined;\n");
  expect(await run()).toBe(true);
  expect(await run({ without: "table" })).toBe(true);
});

test("an app that fails tells why, and leaves the last good result", async () => {
  await run();
  const before = templates(outdir);
  const broken = {
    root,
    outdir,
    inputs: ["."],
    environment: { NODE_OPTIONS: "--require=./no-such-file.cjs" },
  };
  await expect(synthesize(broken)).rejects.toThrow(/no-such-file/);
  expect(templates(outdir)).toEqual(before);
});
