import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type FunctionName, functionNames } from "../../functions/contract.ts";
import { bundleFolder, bundleFunctions, bundleRecordFile } from "../../infra/bundle.ts";

/** Who calls a function that starts waits for it: its size is most of that. */
const bytesMax = 250_000;
/** Functions that no client waits for, and the one that draws PDFs, may be larger; each says by how much. */
const bytesMaxOffPath: Partial<Record<FunctionName, number>> = {
  "roll-up": 550_000,
  "record-closings": 550_000,
  audit: 550_000,
  invoice: 1_000_000,
};

const bundleOf = (name: string): string => path.join(bundleFolder, name, "index.mjs");

beforeAll(bundleFunctions);

test.each(functionNames)("%s is one file, small enough to start quickly", (name) => {
  expect(statSync(bundleOf(name)).size).toBeLessThan(bytesMaxOffPath[name] ?? bytesMax);
});

test("bundling again changes nothing, so that an unchanged function is not deployed again", async () => {
  const contents = () => functionNames.map((name) => readFileSync(bundleOf(name), "utf8"));
  const modified = () => functionNames.map((name) => statSync(bundleOf(name)).mtimeMs);
  const before = { contents: contents(), modified: modified() };
  rmSync(bundleRecordFile);
  await bundleFunctions();
  expect({ contents: contents(), modified: modified() }).toEqual(before);
});

test("no half-written bundle stays behind", () => {
  for (const name of functionNames) expect(existsSync(`${bundleOf(name)}.${process.pid}`)).toBe(false);
});
