import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findDynoxide } from "../../../local/dynamodb/dynoxide-binary.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "farebox-path-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = (name: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o755);
  return file;
};

const platform = "none-such";

test("DYNOXIDE_BIN wins, then the PATH, then npx", () => {
  const npx = program("npx");
  expect(findDynoxide({ environment: { PATH: folder }, platform })).toEqual({
    command: npx,
    leadingArgs: ["--yes", "dynoxide"],
  });
  const onPath = program("dynoxide");
  expect(findDynoxide({ environment: { PATH: folder }, platform }).command).toBe(onPath);
  const chosen = program("my-dynoxide");
  expect(findDynoxide({ environment: { PATH: folder, DYNOXIDE_BIN: chosen }, platform }).command).toBe(
    chosen,
  );
});

test("where there is none, the error says how to get one", () => {
  expect(() => findDynoxide({ environment: { PATH: folder }, platform })).toThrow(
    /@dynoxide\/none-such.*DYNOXIDE_BIN/s,
  );
  const missing = { PATH: folder, DYNOXIDE_BIN: path.join(folder, "gone") };
  expect(() => findDynoxide({ environment: missing, platform })).toThrow("cannot be executed");
});
