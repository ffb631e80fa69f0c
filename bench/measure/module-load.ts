import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFolder } from "../../infra/bundle.ts";
import { median } from "../statistics.ts";
import { fareboxEnvironment } from "../systems/start-farebox.ts";

const repeats = 5;
const timeoutMs = 20_000;

/** What a cold start of `infer` costs before its first request. */
export type ModuleLoad = { readonly cpuMs: number; readonly bundleBytes: number };

export const measureModuleLoad = (): ModuleLoad => {
  const bundle = path.join(bundleFolder, "infer", "index.mjs");
  const samples = Array.from({ length: repeats }, () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL("./module-load-child.ts", import.meta.url)), bundle],
      // Loading opens no connection: the addresses are never called.
      {
        env: fareboxEnvironment({ upstreamPort: 1, databaseUrl: "http://127.0.0.1:1" }),
        encoding: "utf8",
        timeout: timeoutMs,
      },
    );
    if (status !== 0) throw new Error(`loading ${bundle} failed:\n${stderr}`);
    return Number(stdout);
  });
  return { cpuMs: median(samples), bundleBytes: statSync(bundle).size };
};
