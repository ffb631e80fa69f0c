import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { synthesize } from "../../local/synth.ts";

let folder = "";
let root = "";
let outdir = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "farebox-synth-"));
  root = path.join(folder, "app");
  outdir = path.join(folder, "cdk.out");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An app that takes no time: it notes its context, and each of its runs. */
const writeQuickApp = (): void => {
  mkdirSync(path.join(root, "infra"), { recursive: true });
  writeFileSync(
    path.join(root, "cdk.json"),
    JSON.stringify({ app: "node infra/app.mjs", context: { colour: "red" } }),
  );
  writeFileSync(
    path.join(root, "infra", "app.mjs"),
    `import { mkdirSync, writeFileSync } from "node:fs";
     if (process.env.BREAK) throw new Error("the app is broken");
     mkdirSync(process.env.CDK_OUTDIR);
     writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", process.env.CDK_CONTEXT_JSON);`,
  );
};
const context = (): unknown => JSON.parse(readFileSync(path.join(outdir, "manifest.json"), "utf8"));

test("the app runs only when an input has changed", async () => {
  writeQuickApp();
  expect(await synthesize({ root, outdir })).toBe(true);
  expect(await synthesize({ root, outdir })).toBe(false);
  writeFileSync(path.join(root, "infra", "stack.ts"), "export const one = 1;\n");
  expect(await synthesize({ root, outdir })).toBe(true);
  expect(await synthesize({ root, outdir, context: { regions: 2 } })).toBe(true);
  expect(await synthesize({ root, outdir, context: { regions: 2 } })).toBe(false);
  rmSync(path.join(outdir, "manifest.json"));
  expect(await synthesize({ root, outdir, context: { regions: 2 } })).toBe(true);
});

test("context comes from cdk.json and cdk.context.json, and what is passed wins", async () => {
  writeQuickApp();
  writeFileSync(path.join(root, "cdk.context.json"), JSON.stringify({ looked: "up" }));
  await synthesize({ root, outdir, context: { colour: "blue" } });
  expect(context()).toMatchObject({ colour: "blue", looked: "up", "aws:cdk:enable-path-metadata": true });
});

test("an app that fails tells why, and leaves the last good result", async () => {
  writeQuickApp();
  await synthesize({ root, outdir });
  const before = context();
  await expect(synthesize({ root, outdir, environment: { BREAK: "yes" } })).rejects.toThrow(
    "the app is broken",
  );
  expect(context()).toEqual(before);
  expect(readdirSync(folder).toSorted()).toEqual(["app", "cdk.out", "cdk.out.inputs"]);
});
