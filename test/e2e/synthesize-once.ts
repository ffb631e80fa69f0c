import path from "node:path";
import { synthesize } from "../../local/synth.ts";

const root = path.join(import.meta.dirname, "..", "..");

export const configFile = path.join(import.meta.dirname, "farebox.config.ts");

/** The stacks that the end-to-end tests run. */
export const cdkOut = path.join(root, ".farebox", "e2e", "cdk.out");

/** Everything that the templates depend on: unchanged inputs are not synthesized again. */
const inputs = [
  "cdk.json",
  "package-lock.json",
  "core",
  "functions",
  "infra",
  "models",
  "test/e2e/farebox.config.ts",
];

/** Synthesizes the stacks, unless nothing has changed. */
export const synthesizeOnce = async (): Promise<void> => {
  await synthesize({ root, outdir: cdkOut, inputs, environment: { FAREBOX_CONFIG: configFile } });
};
