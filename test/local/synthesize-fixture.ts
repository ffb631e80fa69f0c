import path from "node:path";
import { synthesize } from "../../local/synth.ts";

const root = path.join(import.meta.dirname, "fixture-app");
const repository = path.join(import.meta.dirname, "..", "..");

/** Synthesizes the fixture's stacks once per change; test files share the result. */
export const synthesizeFixture = async (context: Readonly<Record<string, string>> = {}): Promise<string> => {
  const variant = Object.entries(context).flat().join("-") || "complete";
  const outdir = path.join(repository, "node_modules", ".cache", "farebox-fixture-app", variant);
  await synthesize({ root, outdir, context, inputs: [".", "../../../package-lock.json"] });
  return outdir;
};
