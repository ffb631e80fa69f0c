import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type BundleRecords, bundleRecords } from "../../infra/bundle-record.ts";

let records: BundleRecords;
let change: (name: string, text: string) => void;
let remove: (name: string) => void;

const later = { startedAtMs: Number.POSITIVE_INFINITY };
const files = { inputs: ["a.ts", "b.ts"], outputs: ["out.mjs"], ...later };

beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), "farebox-record-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  records = bundleRecords(folder, path.join(folder, "record.json"));
  change = (name, text) => writeFileSync(path.join(folder, name), text);
  remove = (name) => rmSync(path.join(folder, name));
  for (const name of [...files.inputs, ...files.outputs]) change(name, name);
});

test("nothing is current before it is recorded", () => expect(records.isCurrent("key")).toBe(false));

test("what was recorded is current, under its key", () => {
  records.write("key", files);
  expect(records.isCurrent("key")).toBe(true);
  expect(records.isCurrent("another")).toBe(false);
});

test.each<[string, () => void]>([
  ["a source that changed", () => change("a.ts", "new")],
  ["sources that changed places", () => (change("a.ts", "b.ts"), change("b.ts", "a.ts"))],
  ["a source that is gone", () => remove("b.ts")],
  ["a bundle that changed", () => change("out.mjs", "new")],
  ["a bundle that is gone", () => remove("out.mjs")],
  ["a record that is no record", () => change("record.json", "{}")],
  ["a record cut short", () => change("record.json", "{")],
])("%s makes it out of date", (_, happen) => {
  records.write("key", files);
  happen();
  expect(records.isCurrent("key")).toBe(false);
});

test("what changed while it was read is not recorded: nobody knows what the bundle has of it", () => {
  records.write("key", { ...files, startedAtMs: Date.now() - 60_000 });
  expect(records.isCurrent("key")).toBe(false);
});
